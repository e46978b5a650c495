using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

/// JSON of dictionaries, lists, texts, numbers, booleans and null.
static class Json
{
    public static string Write(object value)
    {
        if (value == null) return "null";
        if (value is bool) return (bool)value ? "true" : "false";
        if (value is string) return "\"" + string.Concat(((string)value).Select(Escaped)) + "\"";
        var all = value as IDictionary<string, object>;
        if (all != null) return "{" + string.Join(",", all.Select(one => Write(one.Key) + ":" + Write(one.Value))) + "}";
        var list = value as IEnumerable;
        if (list != null) return "[" + string.Join(",", list.Cast<object>().Select(Write)) + "]";
        return Convert.ToDouble(value).ToString("R", CultureInfo.InvariantCulture);
    }

    public static object Read(string text)
    {
        var at = 0;
        return Read(text, ref at);
    }

    static string Escaped(char one)
    {
        return one < ' ' || one == '"' || one == '\\' ? "\\u" + ((int)one).ToString("x4") : one.ToString();
    }

    static object Read(string text, ref int at)
    {
        switch (text[at])
        {
            case '{': return ReadAll(text, ref at);
            case '[': return ReadList(text, ref at);
            case '"': return ReadText(text, ref at);
            default: return ReadWord(text, ref at);
        }
    }

    static Dictionary<string, object> ReadAll(string text, ref int at)
    {
        var all = new Dictionary<string, object>();
        while (text[at++] != '}' && text[at] != '}')
        {
            var name = ReadText(text, ref at);
            at++;
            all[name] = Read(text, ref at);
        }
        if (all.Count == 0) at++;
        return all;
    }

    static List<object> ReadList(string text, ref int at)
    {
        var list = new List<object>();
        while (text[at++] != ']' && text[at] != ']') list.Add(Read(text, ref at));
        if (list.Count == 0) at++;
        return list;
    }

    static string ReadText(string text, ref int at)
    {
        var read = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] != '\\') read.Append(text[at]);
            else if (text[++at] != 'u') read.Append("\"\\/\b\f\n\r\t"["\"\\/bfnrt".IndexOf(text[at])]);
            else
            {
                read.Append((char)Convert.ToInt32(text.Substring(at + 1, 4), 16));
                at += 4;
            }
        }
        at++;
        return read.ToString();
    }

    static object ReadWord(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && ",]}".IndexOf(text[at]) < 0) at++;
        var word = text.Substring(start, at - start);
        return word == "null" ? null : word == "true" || word == "false" ? word == "true" : (object)double.Parse(word, CultureInfo.InvariantCulture);
    }
}

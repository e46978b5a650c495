using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using Caller = System.Runtime.CompilerServices.CallerMemberNameAttribute;
using Values = System.Collections.Generic.Dictionary<string, object>;

// What generated code calls of jsii's runtime for .NET (`packages/@jsii/dotnet-runtime` of aws/jsii), as far as programs need it that
// extend no class: it asks jsii's kernel, as the runtimes of all languages do.
namespace Amazon.JSII.Runtime.Deputy
{
    static class Kernel
    {
        static readonly Process running = Start();

        static Kernel()
        {
            foreach (var package in Environment.GetEnvironmentVariable("JSII_PACKAGES").Split(' '))
            {
                var said = package.Split('=');
                Ask("load", new Values { { "name", said[0] }, { "version", said[1] }, { "tarball", said[2] } });
            }
        }

        public static object Ask(string api, Values request)
        {
            request["api"] = api;
            running.StandardInput.WriteLine(Json.Write(request));
            running.StandardInput.Flush();
            var answer = (Values)Json.Read(running.StandardOutput.ReadLine());
            if (answer.ContainsKey("error")) throw new Exception((string)answer["error"]);
            var ok = (Values)answer["ok"];
            return ok.ContainsKey("value") ? ok["value"] : ok.ContainsKey("result") ? ok["result"] : ok;
        }

        static Process Start()
        {
            var node = Process.Start(new ProcessStartInfo("node", Environment.GetEnvironmentVariable("JSII_RUNTIME"))
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            });
            node.StandardOutput.ReadLine();
            return node;
        }
    }

    static class Translation
    {
        public static object ToKernel(object value)
        {
            if (value == null || value is string || value is bool || value is double) return value;
            var made = value as DeputyBase;
            if (made != null) return made.Reference.Value;
            var type = value.GetType();
            if (type.IsEnum) return new Values { { "$jsii.enum", Named(type) + "/" + Of<JsiiEnumMemberAttribute>(type.GetField(value.ToString())).Name } };
            var all = value as IDictionary;
            if (all != null) return new Values { { "$jsii.map", all.Keys.Cast<string>().ToDictionary(key => key, key => ToKernel(all[key])) } };
            var list = value as IEnumerable;
            if (list != null) return list.Cast<object>().Select(ToKernel).ToList();
            var fields = type.GetProperties().Where(one => one.GetValue(value) != null);
            var data = fields.ToDictionary(one => Of<JsiiPropertyAttribute>(one).Name, one => ToKernel(one.GetValue(value)));
            return new Values { { "$jsii.struct", new Values { { "fqn", Of<JsiiByValueAttribute>(type).Name }, { "data", data } } } };
        }

        public static T FromKernel<T>(object value)
        {
            var reference = value as Values;
            if (reference == null) return (T)value;
            var kinds = new[] { typeof(T) }.Concat(typeof(T).Assembly.GetTypes().Where(one => typeof(T).IsAssignableFrom(one)));
            return (T)Activator.CreateInstance(kinds.First(one => !one.IsAbstract), BindingFlags.Instance | BindingFlags.NonPublic, null, new object[] { new ByRefValue(reference) }, null);
        }

        public static string Named(Type type)
        {
            return type.GetCustomAttributes<NamedAttribute>(true).First(one => one.IsOfType).Name;
        }

        public static A Of<A>(MemberInfo member) where A : NamedAttribute
        {
            return member.GetCustomAttribute<A>(true);
        }
    }

    public sealed class ByRefValue
    {
        internal readonly Dictionary<string, object> Value;

        internal ByRefValue(Dictionary<string, object> value) { Value = value; }
    }

    public abstract class DeputyBase
    {
        const BindingFlags ANY = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        internal readonly ByRefValue Reference;

        protected sealed class DeputyProps
        {
            internal readonly object[] Arguments;

            public DeputyProps(object[] arguments = null) { Arguments = arguments ?? new object[0]; }
        }

        protected DeputyBase(DeputyProps props = null)
        {
            var made = Kernel.Ask("create", new Values { { "fqn", Translation.Named(GetType()) }, { "args", props.Arguments.Select(Translation.ToKernel).ToList() } });
            Reference = new ByRefValue((Values)made);
        }

        protected DeputyBase(ByRefValue reference) { Reference = reference; }

        protected T GetInstanceProperty<T>([Caller] string property = null)
        {
            return Translation.FromKernel<T>(Kernel.Ask("get", new Values { { "objref", Reference.Value }, { "property", NameOf(GetType(), property) } }));
        }

        protected static T GetStaticProperty<T>(Type type, [Caller] string property = null)
        {
            return Translation.FromKernel<T>(Kernel.Ask("sget", new Values { { "fqn", Translation.Named(type) }, { "property", NameOf(type, property) } }));
        }

        protected void SetInstanceProperty<T>(T value, [Caller] string property = null)
        {
            Kernel.Ask("set", new Values { { "objref", Reference.Value }, { "property", NameOf(GetType(), property) }, { "value", Translation.ToKernel(value) } });
        }

        protected static void SetStaticProperty<T>(Type type, T value, [Caller] string property = null)
        {
            Kernel.Ask("sset", new Values { { "fqn", Translation.Named(type) }, { "property", NameOf(type, property) }, { "value", Translation.ToKernel(value) } });
        }

        protected T InvokeInstanceMethod<T>(Type[] types, object[] arguments, [Caller] string method = null)
        {
            return Translation.FromKernel<T>(Invoke("invoke", "objref", Reference.Value, GetType(), types, arguments, method));
        }

        protected void InvokeInstanceVoidMethod(Type[] types, object[] arguments, [Caller] string method = null)
        {
            Invoke("invoke", "objref", Reference.Value, GetType(), types, arguments, method);
        }

        protected static T InvokeStaticMethod<T>(Type type, Type[] types, object[] arguments, [Caller] string method = null)
        {
            return Translation.FromKernel<T>(Invoke("sinvoke", "fqn", Translation.Named(type), type, types, arguments, method));
        }

        protected static void InvokeStaticVoidMethod(Type type, Type[] types, object[] arguments, [Caller] string method = null)
        {
            Invoke("sinvoke", "fqn", Translation.Named(type), type, types, arguments, method);
        }

        static object Invoke(string api, string of, object owner, Type type, Type[] types, object[] arguments, string method)
        {
            var said = Translation.Of<JsiiMethodAttribute>(type.GetMethod(method, ANY, null, types, null));
            var listed = said.IsVariadic ? arguments.Take(arguments.Length - 1).Concat(((IEnumerable)arguments.Last()).Cast<object>()) : arguments;
            return Kernel.Ask(api, new Values { { of, owner }, { "method", said.Name }, { "args", listed.Select(Translation.ToKernel).ToList() } });
        }

        static string NameOf(Type type, string property)
        {
            return Translation.Of<JsiiPropertyAttribute>(type.GetProperty(property, ANY)).Name;
        }
    }

    public class JsiiOptionalAttribute : Attribute { }

    public abstract class NamedAttribute : Attribute
    {
        internal readonly string Name;
        internal readonly bool IsOfType;

        protected NamedAttribute(string name, bool isOfType)
        {
            Name = name;
            IsOfType = isOfType;
        }
    }

    public class JsiiByValueAttribute : NamedAttribute { public JsiiByValueAttribute(string fqn) : base(fqn, true) { } }
    public class JsiiClassAttribute : NamedAttribute { public JsiiClassAttribute(Type nativeType, string fullyQualifiedName, string parametersJson = null) : base(fullyQualifiedName, true) { } }
    public class JsiiInterfaceAttribute : NamedAttribute { public JsiiInterfaceAttribute(Type nativeType, string fullyQualifiedName) : base(fullyQualifiedName, true) { } }
    public class JsiiTypeProxyAttribute : NamedAttribute { public JsiiTypeProxyAttribute(Type nativeType, string fullyQualifiedName) : base(fullyQualifiedName, true) { } }
    public class JsiiEnumAttribute : NamedAttribute { public JsiiEnumAttribute(Type nativeType, string fullyQualifiedName) : base(fullyQualifiedName, true) { } }
    public class JsiiEnumMemberAttribute : NamedAttribute { public JsiiEnumMemberAttribute(string name) : base(name, false) { } }
    public class JsiiMethodAttribute : NamedAttribute
    {
        internal readonly bool IsVariadic;

        public JsiiMethodAttribute(string name, string returnsJson = null, string parametersJson = null, bool isAsync = false, bool isOverride = false) : base(name, false)
        {
            IsVariadic = parametersJson != null && parametersJson.Contains("\"variadic\":true");
        }
    }
    public class JsiiPropertyAttribute : NamedAttribute
    {
        public JsiiPropertyAttribute(string name, string typeJson, bool isOptional = false, bool isOverride = false) : base(name, false) { }
    }
}

namespace Newtonsoft.Json.Linq
{
    public class JObject { }
}

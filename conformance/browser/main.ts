import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { meshOf, SHOP } from './meshes';
import { html } from '../../src/cli/map/html';
import { documentsIn } from '../../src/manifests/documents';
import { graphOf } from '../../src/reading/map/graph';
import type { ReadMesh } from '../../src/reading/mesh';
import { worldOf } from '../../src/reading/world';

/**
 * Reads the page of `cdk8s-mesh map` in Chromium: by the keyboard alone, with the rules of axe for WCAG 2.2 AA, and with as many Services as
 * large meshes have. Pictures of what it saw are left in `test-reports/`.
 */

const BROWSERS = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FOLDER = path.join(__dirname, '../../test-reports/map');
const AXE = require.resolve('axe-core/axe.min.js');
const SMALLEST_TEXT = 9;

/** What is done in the page: types of browsers are not those of Node. */
const SIZES = '[...document.querySelectorAll(\'figure svg text\')].map(text => text.getScreenCTM().a * parseFloat(getComputedStyle(text).fontSize))';
const VIOLATIONS = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
  violations.map(({ id, help, nodes }) => id + ': ' + help + ': ' + nodes.slice(0, 3).map(node => node.html).join(' ')))`;

async function main(): Promise<void> {
  const executablePath = BROWSERS.find(existsSync);
  if (executablePath === undefined) {
    throw new Error('There is no Chromium here. Install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=/path/to/it npm run test:browser');
  }
  mkdirSync(FOLDER, { recursive: true });
  const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    await byKeyboard(browser);
    await readable(browser);
    await usable(browser);
  } finally {
    await browser.close();
  }
}

/** A shop: search, callers, requests, shares and exits, without a mouse. */
async function byKeyboard(browser: Browser): Promise<void> {
  const page = await opened(browser, 'shop', SHOP, 'cilium');
  await accessible(page, 'the picture');
  await page.screenshot({ path: path.join(FOLDER, 'shop.png') });
  await page.keyboard.press('/');
  await page.keyboard.type('cart');
  assert.match(await textOf(page, '#count'), /^3 of /);
  for (let i = 0; i < 9 && !(await focused(page)).startsWith('A cart'); i++) await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'A cart');
  await page.keyboard.press('Enter');
  await page.waitForFunction("document.querySelector('h2').textContent === 'Service shop/cart'");
  assert.equal(await focused(page), 'H2 Service shop/cart');
  const card = await textOf(page, 'main');
  for (const words of ['Who may call it', 'shop/web', '/GET/', '/cart/', 'Who gets its requests', '90%', '10%', 'What it may call outside the cluster', 'api.bank.example']) {
    assert.ok(card.includes(words), `the page of cart does not say '${words}': ${card}`);
  }
  await accessible(page, 'the page of a Service');
  await page.screenshot({ path: path.join(FOLDER, 'cart.png') });
  console.log('✓ search, callers, requests, shares and exits, by the keyboard alone; axe finds nothing');
}

/** 200 Services: nothing that is written in pictures is too small. */
async function readable(browser: Browser): Promise<void> {
  const page = await opened(browser, '200', meshOf(200), 'istio');
  await page.screenshot({ path: path.join(FOLDER, '200.png') });
  for (const name of ['', 'team-3']) {
    await page.evaluate(`location.hash = 'picture=${name}'`);
    await page.waitForSelector('figure svg text');
    const sizes = await page.evaluate(SIZES) as number[];
    assert.ok(Math.min(...sizes) >= SMALLEST_TEXT, `in picture '${name}', text is ${Math.min(...sizes)} pixels high`);
    await page.screenshot({ path: path.join(FOLDER, `200-${name || 'namespaces'}.png`) });
  }
  const beyond = await textOf(page, 'figure');
  for (const words of ['service-60', 'from team-4', 'to team-2']) assert.ok(beyond.includes(words), `the picture of team-3 does not say '${words}'`);
  await accessible(page, 'the picture of a namespace');
  console.log('✓ 200 Services: all text is readable');
}

/** 2,000 Services: how long it takes is said, and asserted by nobody. */
async function usable(browser: Browser): Promise<void> {
  const started = Date.now();
  const page = await opened(browser, '2000', meshOf(2000), 'istio');
  const loaded = await page.evaluate('performance.now()') as number;
  const before = Date.now();
  await page.type('#search', 'service-1999');
  await page.waitForFunction("document.getElementById('count').textContent.startsWith('1 of ')");
  const searched = Date.now() - before;
  await page.click('#list a');
  await page.waitForFunction("document.querySelector('h2').textContent.startsWith('Service ')");
  assert.ok((await textOf(page, 'main')).includes('Who may call it'));
  await page.screenshot({ path: path.join(FOLDER, '2000.png') });
  console.log(`✓ 2,000 Services: made and loaded in ${Date.now() - started - searched} ms, of which the browser took ${Math.round(loaded)} ms until it could be used; a search takes ${searched} ms with typing`);
}

/** The page of some manifests, which asks for nothing but itself, and complains of nothing. */
async function opened(browser: Browser, name: string, manifests: string, mesh: ReadMesh): Promise<Page> {
  const file = path.join(FOLDER, `${name}.html`);
  writeFileSync(file, html(graphOf(worldOf(documentsIn('mesh.yaml', manifests), 'default', mesh)), []));
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 860 });
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  page.on('pageerror', error => { throw error; });
  await page.goto(pathToFileURL(file).href);
  assert.deepEqual(asked.filter(url => !url.startsWith('data:')), [pathToFileURL(file).href]);
  return page;
}

async function accessible(page: Page, what: string): Promise<void> {
  await page.addScriptTag({ path: AXE });
  const violations = await page.evaluate(VIOLATIONS) as string[];
  assert.deepEqual(violations, [], `${what} is not accessible`);
}

async function textOf(page: Page, selector: string): Promise<string> {
  return await page.evaluate(`document.querySelector('${selector}').textContent`) as string;
}

async function focused(page: Page): Promise<string> {
  return await page.evaluate('`${document.activeElement.tagName} ${document.activeElement.textContent}`') as string;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

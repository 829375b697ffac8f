/** A real Chromium that opens the pages that the command line writes. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** @throws Error in words where Chromium is not installed */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing: the tests of reports need it (apt-get install chromium)`);
  }
  return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface OpenPage {
  readonly page: Page;
  /** Errors of the page's script, and what it wrote to the console. */
  readonly complaints: readonly string[];
  /** Addresses that it asked for, but for its own. */
  readonly requests: readonly string[];
}

/** Opens a file from disk, in a window of its own; every request but for that file is counted and refused. */
export async function openFile(browser: Browser, file: string): Promise<OpenPage> {
  const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1100, height: 800 } });
  const address = pathToFileURL(file).href;
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === address) return await route.continue();
    requests.push(url);
    await route.abort();
  });
  await page.goto(address);
  return { page, complaints, requests };
}

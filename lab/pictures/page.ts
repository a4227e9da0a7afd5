/** Photographs the page, with answers that show what it draws. */
import type { Browser, Page } from 'playwright-core';
import { answers, type ModelServer } from '../counterparts/model-server.ts';

const EARLIER = ['Plan a quiet weekend', 'Rename photos by date', 'A poem about gulls'];
const ORDER = 'How does an order go through our shop?';
const FLOW = `Each order waits for its payment:

\`\`\`mermaid
flowchart LR
  A[Order] --> B{Paid?}
  B -- yes --> C[Pack]
  B -- no --> D[Remind]
  D --> B
  C --> E[Send]
\`\`\`

| step | takes |
|---|---|
| payment | 1 day |
| packing | 2 hours |`;
const LOAN = 'What do I pay each month for a loan?';
const RATE = `For a loan of $P$ at a monthly rate $r$ over $n$ months:

$$M = P\\,\\frac{r\\,(1+r)^n}{(1+r)^n - 1}$$

> [!NOTE]
> A yearly rate of 6 % is $r = 0.005$.`;

interface Photographed {
  /** The address of a Parley without conversations that offers several models. */
  url: string;
  model: ModelServer;
  pathOf: (name: string) => string;
}

export async function photographPage(browser: Browser, { url, model, pathOf }: Photographed): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 780 } });
  const page = await context.newPage();
  await page.goto(url);
  model.respond(answers('Gladly.'));
  for (const question of EARLIER) await ask(page, question);
  model.respond(answers(FLOW));
  await ask(page, ORDER);
  await page.getByRole('button', { name: 'Regenerate', exact: true }).click();
  await page.getByText('2 / 2').waitFor();
  await page.getByRole('img', { name: /flowchart|diagram/i }).waitFor();
  await page.getByLabel('Message', { exact: true }).focus();
  await page.mouse.move(600, 300);
  await page.screenshot({ path: pathOf('page') });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('order');
  await page.getByText(/results\.$/).waitFor();
  await page.screenshot({ path: pathOf('page-palette') });
  await page.keyboard.press('Escape');
  model.respond(answers(RATE));
  await ask(page, LOAN);
  await page.setViewportSize({ width: 412, height: 780 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('math').first().waitFor();
  await page.screenshot({ path: pathOf('page-phone') });
  await context.close();
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('Message', { exact: true }).fill(question);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Regenerate', exact: true }).waitFor();
}

/** The text of a PDF, page by page. */
import { getDocumentProxy } from 'unpdf';
import { type DocumentText, Unread } from '../document-text.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Most pages that are read. */
const MOST_PAGES = 5_000;

/** @throws Unread */
export async function readPdf(bytes: Uint8Array, text: DocumentText): Promise<void> {
  const pdf = await open(bytes);
  const pages = Math.min(pdf.numPages, MOST_PAGES);
  let hasText = false;
  for (let number = 1; number <= pages; number++) {
    const said = await pageText(pdf, number);
    if (said === '') continue;
    hasText = true;
    text.block(`## Page ${number} of ${pdf.numPages}`);
    text.block(said);
  }
  if (!hasText) throw new Unread('empty');
  if (pages < pdf.numPages) text.block(`[the pages after ${pages} were not read]`);
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes, {
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      verbosity: 0,
    });
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    throw new Unread(isLocked ? 'password' : 'broken');
  }
}

/** A page that cannot be read is empty. */
async function pageText(pdf: Pdf, number: number): Promise<string> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    const parts = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''));
    const lines = parts.join('').split('\n');
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trim();
  } catch {
    return '';
  }
}

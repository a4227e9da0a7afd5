/** The text of a PDF, page by page. */
import { getDocumentProxy } from 'unpdf';
import { type DocumentText, Unread } from '../document-text.ts';
import { CmapFiles } from './pdf-cmaps.ts';
import { pageText } from './pdf-page.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Most pages that are read. */
const MOST_PAGES = 5_000;
/** Time after which no further page is read, ms. The process's deadline comes later. */
const ENOUGH_MS = 20_000;

/** @throws Unread */
export async function readPdf(bytes: Uint8Array, text: DocumentText): Promise<void> {
  const begun = performance.now();
  const pdf = await open(bytes);
  const most = Math.min(pdf.numPages, MOST_PAGES);
  let hasText = false;
  let number = 1;
  for (; number <= most && performance.now() - begun < ENOUGH_MS; number++) {
    const page = await pdf.getPage(number).catch(() => undefined);
    const said = page ? await pageText(page) : '';
    if (said === '') continue;
    hasText = true;
    text.block(`## Page ${number} of ${pdf.numPages}`);
    text.block(said);
  }
  if (!hasText) throw new Unread('empty');
  if (number <= pdf.numPages) text.block(`[the pages from ${number} on were not read]`);
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes, {
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      verbosity: 0,
      useWorkerFetch: false,
      BinaryDataFactory: CmapFiles,
    });
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    throw new Unread(isLocked ? 'password' : 'broken');
  }
}

/** Finds the format of a document by its contents, never by its name, and reads its text. */
import type { ReadDocument } from '../core/turn/asking/documents.ts';
import { collectText, type DocumentText, Unread } from './document-text.ts';
import { listArchive } from './formats/archive.ts';
import { readBook } from './formats/book.ts';
import { readRtf } from './formats/rtf.ts';
import { listGzip, listTar } from './formats/tar.ts';
import { readOpenDocument } from './office/open-document.ts';
import { readSheets } from './office/sheets.ts';
import { readSlides } from './office/slides.ts';
import { readWord } from './office/word.ts';
import { openPackage, type PackageFiles } from './package-files.ts';
import { PAGE_TYPE } from './page/page-bytes.ts';

/** The name of the part that holds an encrypted document (MS-OFFCRYPTO 1.3.2), as a compound file lists it. */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** Never throws. @param type as `readKind` tells it */
export async function readDocument(bytes: Uint8Array, type: string): Promise<ReadDocument> {
  try {
    const text = await collectText((into) => readInto(bytes, type, into));
    if (text === '') return { unread: 'empty' };
    return { text: new TextEncoder().encode(text), characters: text.length };
  } catch (error) {
    // Readers fail in many ways on a damaged file.
    return { unread: error instanceof Unread ? error.why : 'broken' };
  }
}

/** Loads large libraries only for the files that need them, since each document has a process of its own. */
async function readInto(bytes: Uint8Array, type: string, text: DocumentText): Promise<void> {
  switch (type) {
    case 'application/pdf':
      await (await import('./formats/pdf.ts')).readPdf(bytes, text);
      break;
    case 'application/zip':
      readPackage(openPackage(bytes), text);
      break;
    case 'application/rtf':
      readRtf(bytes, text);
      break;
    case 'application/x-ipynb+json':
      (await import('./formats/notebook.ts')).readNotebook(bytes, text);
      break;
    case 'message/rfc822':
      await (await import('./formats/email.ts')).readEmail(bytes, text);
      break;
    case 'application/gzip':
      await listGzip(bytes, text);
      break;
    case 'application/x-tar':
      listTar(bytes, text);
      break;
    case 'application/x-compressed':
      throw new Unread('archive');
    case PAGE_TYPE:
      (await import('./page/main-text.ts')).readPage(bytes, text);
      break;
    case 'application/x-ole-storage':
      throw new Unread(Buffer.from(bytes).includes(ENCRYPTED_PACKAGE) ? 'password' : 'old');
    default:
      throw new Unread('broken');
  }
}

/** Reads a zip package by what it holds. */
function readPackage(files: PackageFiles, text: DocumentText): void {
  if (files.has('word/document.xml')) readWord(files, text);
  else if (files.has('ppt/presentation.xml')) readSlides(files, text);
  else if (files.has('xl/workbook.xml')) readSheets(files, text);
  else if (files.has('META-INF/container.xml')) readBook(files, text);
  else if (files.has('mimetype') && files.has('META-INF/manifest.xml')) readOpenDocument(files, text);
  else listArchive(files.list, text);
}

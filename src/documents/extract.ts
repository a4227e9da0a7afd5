/** Finds the format of a document by its contents, never by its name, and reads its text. */
import { collectText, type DocumentText, Unread } from './document-text.ts';
import { readPdf } from './formats/pdf.ts';
import { readWord } from './office/word.ts';
import { openPackage, type PackageFiles } from './package-files.ts';

/** The name of the part that holds an encrypted document (MS-OFFCRYPTO 1.3.2), as a compound file lists it. */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** The text of a document. @param type as `readKind` tells it @throws Unread */
export async function extract(bytes: Uint8Array, type: string): Promise<string> {
  const text = await collectText((into) => readInto(bytes, type, into));
  if (text === '') throw new Unread('empty');
  return text;
}

async function readInto(bytes: Uint8Array, type: string, text: DocumentText): Promise<void> {
  switch (type) {
    case 'application/pdf':
      await readPdf(bytes, text);
      break;
    case 'application/zip':
      readPackage(openPackage(bytes), text);
      break;
    case 'application/x-ole-storage':
      throw new Unread(Buffer.from(bytes).includes(ENCRYPTED_PACKAGE) ? 'password' : 'old');
    default:
      throw new Unread('broken');
  }
}

function readPackage(files: PackageFiles, text: DocumentText): void {
  if (files.has('word/document.xml')) readWord(files, text);
  else throw new Unread('broken');
}

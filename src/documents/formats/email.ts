/** An e-mail: its headers, its text, and the list of its attachments (RFC 5322, MIME). */
import PostalMime, { type Address } from 'postal-mime';
import type { DocumentText } from '../document-text.ts';
import { oneLine, sizeIn } from '../markdown.ts';
import { htmlText } from './html-text.ts';

/** Deepest nesting of parts that is read. */
const MOST_NESTING = 50;

export async function readEmail(bytes: Uint8Array, text: DocumentText): Promise<void> {
  const mail = await PostalMime.parse(bytes, { maxNestingDepth: MOST_NESTING });
  const headers = [
    ['From', mail.from && shown([mail.from])],
    ['To', shown(mail.to)],
    ['Cc', shown(mail.cc)],
    ['Date', mail.date],
    ['Subject', mail.subject],
  ].flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}`] : []));
  text.block(headers.join('\n'));
  text.block(mail.text?.trim() || htmlText(mail.html ?? ''));
  const files = mail.attachments.map(({ filename, mimeType, content }) => {
    const size = typeof content === 'string' ? content.length : content.byteLength;
    return `- ${oneLine(filename ?? 'unnamed')} (${mimeType}, ${sizeIn(size)})`;
  });
  if (files.length > 0) text.block(`Attachments, which were not read:\n${files.join('\n')}`);
}

function shown(addresses: Address[] = []): string {
  return addresses
    .flatMap((one) => (one.group ? one.group : [one]))
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || address || ''))
    .join(', ');
}

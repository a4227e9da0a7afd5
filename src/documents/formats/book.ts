/** The text of an EPUB, in the order of its spine (EPUB 3.3). */
import { posix } from 'node:path';
import { type DocumentText, Unread } from '../document-text.ts';
import { heading, oneLine } from '../markdown.ts';
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';
import { htmlText } from './html-text.ts';

const CONTAINER = 'META-INF/container.xml';
const LOCKS = 'META-INF/encryption.xml';

/** @throws Unread */
export function readBook(files: PackageFiles, text: DocumentText): void {
  const { chapters, title } = readContents(files);
  let hasText = false;
  if (title !== '') text.block(heading(1, title));
  for (const chapter of chapters) {
    const bytes = files.read(chapter);
    const said = bytes ? htmlText(new TextDecoder().decode(bytes)) : '';
    hasText ||= said !== '';
    text.block(said);
  }
  // Books with a lock encrypt their chapters; others only their fonts.
  if (!hasText) throw new Unread(files.has(LOCKS) ? 'password' : 'empty');
}

function readContents(files: PackageFiles): { chapters: string[]; title: string } {
  const main = packageFile(files);
  const bytes = main === undefined ? undefined : files.read(main);
  if (main === undefined || !bytes) throw new Unread('broken');
  const items = new Map<string, string>();
  const spine: string[] = [];
  let title = '';
  let isTitle = false;
  readXml(bytes, {
    open({ name, attribute }) {
      isTitle = name === 'title' && title === '';
      if (name === 'item') items.set(attribute('id'), attribute('href'));
      else if (name === 'itemref') spine.push(attribute('idref'));
    },
    close() {
      isTitle = false;
    },
    text(said) {
      if (isTitle) title += said;
    },
  });
  const chapters = spine.flatMap((id) => {
    const href = items.get(id);
    return href === undefined ? [] : [posix.join(posix.dirname(main), unescaped(href))];
  });
  return { chapters, title: oneLine(title) };
}

function packageFile(files: PackageFiles): string | undefined {
  const container = files.read(CONTAINER);
  if (!container) return undefined;
  let path: string | undefined;
  readXml(container, {
    open({ name, attribute }) {
      if (name === 'rootfile') path ??= attribute('full-path');
    },
  });
  return path;
}

function unescaped(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

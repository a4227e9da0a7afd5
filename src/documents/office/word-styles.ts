/** The styles of a Word document: which paragraphs are headings, and which lists are numbered. */
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';

export interface WordStyle {
  /** The outline level of a heading, from 0. */
  outline?: number;
  /** The list that its paragraphs are items of. */
  list?: string;
}

/** The styles of paragraphs, by id. */
export function readStyles(files: PackageFiles): Map<string, WordStyle> {
  const styles = new Map<string, WordStyle>();
  const bytes = files.read('word/styles.xml');
  if (!bytes) return styles;
  let style: WordStyle | undefined;
  readXml(bytes, {
    open({ name, attribute }) {
      if (name === 'style') {
        style = attribute('type') === 'paragraph' ? {} : undefined;
        if (style) styles.set(attribute('styleId'), style);
      } else if (!style) return;
      else if (name === 'name') {
        const [, level] = /^heading ([1-9])$/i.exec(attribute('val')) ?? [];
        if (level !== undefined) style.outline = Number(level) - 1;
        else if (attribute('val').toLowerCase() === 'title') style.outline = 0;
      } else if (name === 'outlineLvl') style.outline = Number(attribute('val')) || 0;
      else if (name === 'numId' && attribute('val') !== '0') style.list = attribute('val');
    },
  });
  return styles;
}

/** The numbered lists: `number:level` of each level that counts. */
export function readListStyles(files: PackageFiles): Set<string> {
  const ordered = new Set<string>();
  const bytes = files.read('word/numbering.xml');
  if (!bytes) return ordered;
  /** Levels that count, by the abstract list that lists refer to. */
  const counting = new Map<string, string[]>();
  let abstract = '';
  let level = '';
  let list = '';
  readXml(bytes, {
    open({ name, attribute }) {
      if (name === 'abstractNum') abstract = attribute('abstractNumId');
      else if (name === 'lvl') level = attribute('ilvl');
      else if (name === 'numFmt' && !['bullet', 'none'].includes(attribute('val')))
        counting.set(abstract, [...(counting.get(abstract) ?? []), level]);
      else if (name === 'num') list = attribute('numId');
      else if (name === 'abstractNumId')
        for (const one of counting.get(attribute('val')) ?? []) ordered.add(`${list}:${one}`);
    },
  });
  return ordered;
}

/** The cells of a Jupyter notebook with their outputs, without pictures (nbformat 3 and 4). */
import { z } from 'zod';
import { type DocumentText, Unread } from '../document-text.ts';
import { codeBlock } from '../markdown.ts';

const lines = z.union([z.string(), z.array(z.string()).transform((all) => all.join(''))]).catch('');

const output = z.object({
  output_type: z.string().catch(''),
  text: lines.optional(),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
  ename: z.string().optional().catch(undefined),
  evalue: z.string().optional().catch(undefined),
});

const cell = z.object({
  cell_type: z.string().catch(''),
  source: lines.optional(),
  /** Code, in nbformat 3. */
  input: lines.optional(),
  outputs: z
    .array(output.catch({ output_type: '' }))
    .optional()
    .catch(undefined),
});
type Cell = z.infer<typeof cell>;

const cells = z.array(cell.catch({ cell_type: '' }));
const notebook = z.object({
  cells: cells.optional(),
  worksheets: z.array(z.object({ cells })).optional(),
  metadata: z
    .object({ language_info: z.object({ name: z.string() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** Most characters of one output. */
const MOST_OUTPUT = 5_000;

/** @throws Unread */
export function readNotebook(bytes: Uint8Array, text: DocumentText): void {
  const { data } = notebook.safeParse(parsed(bytes));
  if (!data) throw new Unread('broken');
  const language = data.metadata?.language_info?.name ?? 'python';
  const all = data.cells ?? data.worksheets?.flatMap((sheet) => sheet.cells) ?? [];
  for (const [index, one] of all.entries()) writeCell(one, index + 1, language, text);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function writeCell(one: Cell, number: number, language: string, text: DocumentText): void {
  const source = one.source || one.input || '';
  if (one.cell_type !== 'code') {
    text.block(source);
    return;
  }
  text.block(`Code cell ${number}:\n${codeBlock(source, language)}`);
  for (const out of one.outputs ?? []) {
    const said = shownOutput(out);
    if (said !== '') text.block(`Output of cell ${number}:\n${codeBlock(said)}`);
  }
}

/** Codes that colour a text in a terminal. */
const COLOURS = /\u001b\[[\d;]{0,20}m/g;

function shownOutput({ text, data, ename, evalue }: z.infer<typeof output>): string {
  if (ename !== undefined) return `${ename}: ${evalue ?? ''}`;
  const plain = text || lines.parse(data?.['text/plain']);
  const pictures = Object.keys(data ?? {}).filter((type) => type.startsWith('image/'));
  const said = plain.replace(COLOURS, '').trimEnd();
  const shown = said.length > MOST_OUTPUT ? `${said.slice(0, MOST_OUTPUT)}\n[cut]` : said;
  return [shown, pictures.length > 0 ? '[a picture]' : ''].filter(Boolean).join('\n');
}

/** Documents that want to break Parley: to fill its memory, to hold it up, to read its files, or to end it. */
import { readdirSync, readFileSync } from 'node:fs';
import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readKind } from '../../src/core/turn/attachment-kind.ts';
import { readDocument } from '../../src/documents/extract.ts';
import { createDocuments } from '../../src/documents/reader.ts';

const MB = 2 ** 20;
const never = new AbortController().signal;
const LIMITS = { atOnce: 2, deadlineMs: 20_000, heapMb: 128, mostBytes: 300 * MB };

async function said(bytes: Buffer, limits: Partial<typeof LIMITS> = {}, signal = never): Promise<string> {
  const read = await createDocuments({ ...LIMITS, ...limits }).read(bytes, readKind(bytes) ?? '', signal);
  return 'text' in read ? new TextDecoder().decode(read.text) : `unread: ${read.unread}`;
}

function zip(files: Record<string, string | Uint8Array>): Buffer {
  const all = Object.entries(files).map(([name, data]) => [name, Buffer.from(data)]);
  return Buffer.from(zipSync(Object.fromEntries(all), { level: 1 }));
}

const word = (xml: string | Uint8Array) => zip({ 'word/document.xml': xml });
const words = (text: string) =>
  `<w:document><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`;

/** The package, with another size told for its files once they are unpacked (APPNOTE 4.3.12). */
function lying(bytes: Buffer, size: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(size, changed.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
  return changed;
}

/** A PDF of one page with this stream as its contents. */
function pdf(contents: Buffer, filter = ''): Buffer {
  const objects = [
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from('<</Type/Pages/Count 1/Kids[3 0 R]>>'),
    Buffer.from('<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>'),
    Buffer.concat([
      Buffer.from(`<</Length ${contents.length}${filter}>>stream\n`),
      contents,
      Buffer.from('\nendstream'),
    ]),
  ];
  const parts = objects.map((one, index) =>
    Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), one, Buffer.from('\nendobj\n')]),
  );
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n'),
    ...parts,
    Buffer.from('trailer<</Size 5/Root 1 0 R>>\n%%EOF'),
  ]);
}

/** 3 MB of zlib that unpack to 3 GB. */
function flateBomb(): Buffer {
  const piece = deflateRawSync(Buffer.alloc(10 * MB, '0'), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([Buffer.from([0x78, 0x01]), ...Array.from({ length: 300 }, () => piece)]);
}

describe('a hostile document', () => {
  it('that unpacks to gigabytes takes no memory', async () => {
    expect(await said(lying(word(words('x')), 2 ** 31))).toBe('unread: large');
    expect(await said(pdf(flateBomb(), '/Filter/FlateDecode'))).toMatch(/^unread: (?:large|slow)$/);
  });

  it('that fills the heap in one step ends neither Parley nor the documents after it', async () => {
    const full = Buffer.from(`{"nbformat":4,"cells":[${'[[]],'.repeat(1_500_000)}{}]}`);
    expect(await said(full, { heapMb: 32 })).toBe('unread: large');
    expect(await said(word(words('hello')))).toBe('hello');
  });

  it('that tells less than it unpacks to is read as far as it tells', async () => {
    const text = words('y').repeat(200_000);
    expect(await said(lying(word(text), 1_000))).toMatch(/^(?:y\n\n){1,20}y$/);
  });

  it('has no entity expanded and no file of the machine read', async () => {
    const nested = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
      '',
    );
    const type = `<!DOCTYPE d [<!ENTITY e0 "ha">${nested}<!ENTITY f SYSTEM "file:///etc/passwd">]>`;
    expect(await said(word(`${type}${words('&e12;&f; there')}`))).toBe('&e12;&f; there');
  });

  it.each([
    ['XML', word(`<w:document>${'<w:tbl>'.repeat(500_000)}`)],
    ['RTF', Buffer.from(`{\\rtf1 ${'{'.repeat(1_000_000)}`)],
    ['a notebook', Buffer.from(`{"nbformat":4,"cells":${'['.repeat(1_000_000)}`)],
    [
      'an e-mail',
      Buffer.from(
        `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n${Array.from({ length: 20_000 }, (_, i) => `--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n\n`).join('')}`,
      ),
    ],
    ['a PDF', pdf(Buffer.from(`BT ${'['.repeat(1_000_000)}`))],
  ])('that nests %s a million deep ends as a sentence', async (_, bytes) => {
    expect(await said(bytes)).toMatch(/^unread: (?:broken|empty|large)$/);
  });

  it('of pages or pictures that lead back to themselves ends', async () => {
    const circle = Buffer.from(
      '%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>\nendobj\ntrailer<</Size 3/Root 1 0 R>>\n%%EOF',
    );
    expect(await said(circle)).toMatch(/^unread: (?:broken|empty)$/);
  });

  it('that packs a tar of gigabytes is listed without them', async () => {
    const header = Buffer.alloc(512);
    header.write('../../etc/passwd\u0000', 0);
    header.write('77777777777\0', 124);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    const piece = deflateRawSync(Buffer.alloc(10 * MB), { finishFlush: constants.Z_FULL_FLUSH });
    const start = deflateRawSync(header, { finishFlush: constants.Z_FULL_FLUSH });
    const packed = [
      Buffer.from('1f8b080000000000000b', 'hex'),
      start,
      ...Array.from({ length: 60 }, () => piece),
    ];
    expect(await said(Buffer.concat(packed))).toBe(
      'An archive of 1 file, 8589.9 MB unpacked. It lists their names only:\n\n- ../../etc/passwd (8589.9 MB)\n\n[the archive goes on; the rest was not read]',
    );
  });

  it('with cells that are repeated without end is cut', async () => {
    const cell =
      '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>';
    const row = `<table:table-row table:number-rows-repeated="1048576">${cell}</table:table-row>`;
    const sheet = `<d><office:spreadsheet><table:table>${row.repeat(100)}</table:table></office:spreadsheet></d>`;
    const ods = zip({ mimetype: 'x', 'META-INF/manifest.xml': '<m/>', 'content.xml': sheet });
    expect(await said(ods)).toMatch(/x,x\n\n\[the document goes on; the rest was not read\]$/);
  });

  it('that takes too long is given up, and the next one is read', async () => {
    const documents = createDocuments({ ...LIMITS, atOnce: 1, deadlineMs: 1 });
    const bytes = word(words('hello'));
    expect(await documents.read(bytes, 'application/zip', never)).toEqual({ unread: 'slow' });
    expect(await said(bytes)).toBe('hello');
  });

  it('that nobody waits for any more is given up, before its turn and in it', async () => {
    const documents = createDocuments({ ...LIMITS, atOnce: 1 });
    const stop = new AbortController();
    const bytes = word(words('hello'));
    const all = [1, 2].map(() => documents.read(bytes, 'application/zip', stop.signal));
    stop.abort();
    expect(await Promise.all(all)).toEqual([{ unread: 'slow' }, { unread: 'slow' }]);
    expect(await documents.read(bytes, 'application/zip', never)).toHaveProperty('text');
  });

  it('is fetched only when its turn has come', async () => {
    const documents = createDocuments({ ...LIMITS, atOnce: 1 });
    let held = 0;
    let most = 0;
    const load = async () => {
      most = Math.max(most, ++held);
      return word(words('hello'));
    };
    const all = Array.from({ length: 3 }, async (_, person) => {
      const read = await documents.read({ load, person: `p${person}` }, 'application/zip', never);
      held--;
      expect(read).toHaveProperty('text');
    });
    await Promise.all(all);
    expect(most).toBe(1);
  });

  it('does not hold up the thread that answers', async () => {
    const documents = [word(words('z'.repeat(60 * MB))), pdf(Buffer.alloc(20 * MB, ' '))];
    let most = 0;
    let last = process.threadCpuUsage();
    const look = setInterval(() => {
      const now = process.threadCpuUsage();
      most = Math.max(most, now.user + now.system - last.user - last.system);
      last = now;
    }, 2);
    for (const bytes of documents) await said(bytes, { mostBytes: 700 * MB });
    clearInterval(look);
    // Time on the processor, in microseconds: a busy machine adds none.
    expect(most).toBeLessThan(50_000);
  });
});

describe('a damaged document', () => {
  const own = readdirSync(new URL('files/', import.meta.url)).map((name) => `files/${name}`);
  const others = [
    'found/archives/test_compat_gzip_1.tgz',
    'found/archives/test_compat_gtar_2.tar',
    'found/sheets/WithThreeCharts.xlsx',
    'found/slides/bar-chart.pptx',
    'found/pdf/libreoffice-form.pdf',
  ];
  const files = [...own, ...others].map(
    (path) => [path, readFileSync(new URL(path, import.meta.url))] as const,
  );

  it.each(files)('%s is text or a reason, wherever it is cut or changed (property)', async (_, bytes) => {
    const type = readKind(bytes) ?? '';
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), changes, async (length, changed) => {
        const damaged = new Uint8Array(bytes);
        for (const [at, value] of changed) damaged[at] = value;
        const read = await readDocument(damaged.slice(0, length), type);
        if ('text' in read) {
          const text = new TextDecoder('utf-8', { fatal: true }).decode(read.text);
          expect(text).toHaveLength(read.characters);
        } else expect(read.unread).toMatch(/^(?:password|old|broken|empty|large)$/);
      }),
      { numRuns: 30 },
    );
  });
});

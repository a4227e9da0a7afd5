/** Pages that others made give their main text. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readDocument } from '../../src/documents/extract.ts';
import { PAGE_TYPE, pageBytes } from '../../src/documents/page/page-bytes.ts';

interface Expected {
  title: string;
  has: string[];
  hasNot: string[];
}

const FOLDER = new URL('./pages/', import.meta.url);
const SQLITE = ['Search Documentation', 'Search Changelog', 'Purchase'];
const LIBXSLT = ['Main Menu', 'Reporting bugs and getting help', 'API Indexes'];

const PAGES: Record<string, Expected> = {
  'apache-auth.ja': {
    title: '認証、承認、アクセス制御 - Apache HTTP サーバ バージョン 2.4',
    has: [
      '「認証」とは、誰かが自分は誰であるかを主張した場合に、',
      '```\nAuthType Basic\nAuthName "Restricted Files"',
      '\n## はじめに\n',
    ],
    hasNot: ['ドキュメンテーション', 'Report a bug', '(picture: top)'],
  },
  // In EUC-KR, as its `meta` says.
  'apache-htaccess.ko': {
    title: '아파치 투토리얼: .htaccess 파일 - Apache HTTP Server Version 2.4',
    has: ['`.htaccess` 파일을 사용하여 디렉토리별로 설정을 변경할 수 있다.', '가장 일반적인 문제는'],
    hasNot: ['How-To / Tutorials', '\ufffd'],
  },
  'apache-limits.fr': {
    title: 'Limites des descripteurs de fichiers - Serveur HTTP Apache Version 2.4',
    has: ['Quand de nombreux serveurs virtuels sont créés', 'split-logfile < /logs/multiple_vhost_log'],
    hasNot: ['Plan du site', 'Signaler un bug'],
  },
  'cargo-fetch': {
    title: 'cargo fetch - The Cargo Book',
    has: [
      'cargo-fetch — Fetch dependencies of a package from the network',
      '[cargo-update(1)](https://docs.example/a/cargo-update.html)',
      '1. Fetch all dependencies:\n   ```\n   cargo fetch\n   ```',
    ],
    hasNot: ['to search in the book', 'Keyboard shortcuts'],
  },
  'hacker-news': {
    title: 'This is a comment on a Hacker News thread about a topic | Hacker News',
    has: [
      'This is the main comment text that should be extracted',
      'It has multiple paragraphs to test proper content extraction.',
      '[https://example.com](https://example.com/)',
    ],
    hasNot: ['| --- |'],
  },
  'httplib2-example': {
    title: '1.1.4 Examples',
    has: [
      'To do a simple `GET` request just supply the absolute URI',
      '```\nimport httplib2\nh = httplib2.Http()',
    ],
    hasNot: ['Previous:', 'About this document'],
  },
  'libffi-example': {
    title: 'Complex Type Example (libffi: the portable foreign function interface library)',
    has: [
      'This example demonstrates how to use complex types:',
      'ffi_cif cif;',
      'The new type descriptors can then be used',
    ],
    hasNot: ['Previous:', 'Up:'],
  },
  'libxslt-faq': {
    title: 'FAQ',
    has: [
      '1. Troubles compiling or linking programs using libxslt',
      '3. Is there C++ bindings ?',
      '`xslt-config --cflags`',
    ],
    hasNot: LIBXSLT,
  },
  'libxslt-python': {
    title: 'Python and bindings',
    has: [
      'There is a number of language bindings and wrappers',
      '[bindings for Ruby](http://www.rubycolor.org/arc/redist/)',
    ],
    hasNot: LIBXSLT,
  },
  'node-punycode': {
    title: 'Punycode | Node.js v20.20.2 Documentation',
    has: [
      'The version of the punycode module bundled in Node.js is being deprecated.',
      "punycode.decode('maana-pta'); // 'mañana'",
      '[Punycode.js](https://github.com/bestiejs/punycode.js)',
    ],
    hasNot: ['Skip to content', 'About this documentation', 'Asynchronous context tracking'],
  },
  'npm-ping': {
    title: 'npm-ping',
    has: [
      '```bash\nnpm ping\n```',
      'Ping the configured or given npm registry and verify authentication.',
      'The base URL of the npm registry.',
    ],
    hasNot: ['Table of contents', 'Edit this page on GitHub'],
  },
  'postgresql-boolean': {
    title: '8.6. Boolean Type',
    has: [
      '| Name | Storage Size | Description |\n| --- | --- | --- |\n| `boolean` | 1 byte | state of true or false |',
      "INSERT INTO test1 VALUES (TRUE, 'sic est');",
    ],
    hasNot: ['8.7. Enumerated Types', 'Chapter 8. Data Types'],
  },
  'postgresql-droproutine': {
    title: 'DROP ROUTINE',
    has: [
      'DROP ROUTINE — remove a routine',
      '- The standard only allows one routine to be dropped per command.',
    ],
    hasNot: ['DROP RULE'],
  },
  'postgresql-indexes': {
    title: '11.3. Multicolumn Indexes',
    has: [
      'An index can be defined on more than one column of a table.',
      '```\nCREATE TABLE test2 (\n  major int,',
    ],
    hasNot: ['11.2. Index Types', 'Chapter 11. Indexes'],
  },
  'rust-error': {
    title: 'E0382 - Error codes index',
    has: [
      'A variable was used after its contents have been moved elsewhere.',
      '`RefCell` essentially performs runtime borrow checking',
    ],
    hasNot: ['Keyboard shortcuts', 'to show this help'],
  },
  'rust-swap': {
    title: 'swap in std::mem - Rust',
    has: [
      'Swaps the values at two mutable locations',
      'let mut x = 5;\nlet mut y = 42;',
      '[`take`](https://docs.example/a/fn.take.html)',
    ],
    hasNot: ['Skip to main content', 'Copy item path'],
  },
  'sqlite-autoinc': {
    title: 'SQLite Autoincrement',
    has: [
      '1. The AUTOINCREMENT keyword imposes extra CPU',
      '[ROWID](https://docs.example/a/lang_createtable.html#rowid)',
    ],
    hasNot: SQLITE,
  },
  'sqlite-download': {
    title: 'SQLite Download Page',
    has: ['Build products are named using one of the following templates:', 'There is a GitHub mirror at'],
    hasNot: SQLITE,
  },
  'sqlite-ethics': {
    title: 'Code Of Ethics',
    has: ['This document was originally called a "Code of Conduct"', "72. Never despair of God's mercy."],
    hasNot: SQLITE,
  },
  'sqlite-release': {
    title: 'SQLite Release 3.23.0 On 2018-04-02',
    has: [
      '1. Add the [sqlite3_serialize()](https://docs.example/c3ref/serialize.html)',
      'SHA3-256 for sqlite3.c:',
    ],
    hasNot: SQLITE,
  },
  'zlib-how': {
    title: 'zlib Usage Example',
    has: [
      'We often get questions about how the `deflate()` and `inflate()` functions should be used.',
      '/* compress until end of file */\n    do {',
      'Copyright (c) 2004, 2005 by Mark Adler',
    ],
    hasNot: [],
  },
};

it('each page is known', () => {
  const names = readdirSync(FOLDER).flatMap((name) =>
    name.endsWith('.html') ? name.slice(0, -'.html'.length) : [],
  );
  expect(names.sort()).toEqual(Object.keys(PAGES).sort());
  expect(names.length).toBeGreaterThanOrEqual(20);
});

it.each(Object.entries(PAGES))('%s gives its main text', async (name, { title, has, hasNot }) => {
  const bytes = readFileSync(new URL(`${name}.html`, FOLDER));
  const given = pageBytes({ url: 'https://docs.example/a/b.html', type: 'text/html' }, bytes);
  const read = await readDocument(given, PAGE_TYPE);
  const text = 'text' in read ? Buffer.from(read.text).toString() : '';
  expect(text.split('\n', 1)).toEqual([`Title: ${title}`]);
  for (const words of has) expect(text).toContain(words);
  for (const words of hasNot) expect(text).not.toContain(words);
});

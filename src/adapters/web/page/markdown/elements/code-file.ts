/** Saves code of an answer as a file. */
import { onPage } from '../../../sentences/en.ts';
import { saveFile } from '../../save-file.ts';

/** Endings of files by the words that stand at a fence. Others are plain text, which no system runs. */
const ENDINGS: Record<string, string> = {
  bash: 'sh',
  c: 'c',
  cpp: 'cpp',
  'c++': 'cpp',
  csharp: 'cs',
  'c#': 'cs',
  css: 'css',
  csv: 'csv',
  diff: 'diff',
  go: 'go',
  html: 'html',
  java: 'java',
  javascript: 'js',
  js: 'js',
  json: 'json',
  jsx: 'jsx',
  kotlin: 'kt',
  latex: 'tex',
  lua: 'lua',
  markdown: 'md',
  md: 'md',
  php: 'php',
  py: 'py',
  python: 'py',
  r: 'r',
  rb: 'rb',
  rs: 'rs',
  ruby: 'rb',
  rust: 'rs',
  sh: 'sh',
  shell: 'sh',
  sql: 'sql',
  swift: 'swift',
  toml: 'toml',
  ts: 'ts',
  tsx: 'tsx',
  typescript: 'ts',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yml',
};

export const nameOfCode = (language: string): string =>
  `${onPage.markdown.code.FILE}.${Object.hasOwn(ENDINGS, language) ? ENDINGS[language] : 'txt'}`;

export function saveCode(code: string, language: string): void {
  saveFile(new Blob([code], { type: 'text/plain' }), nameOfCode(language));
}

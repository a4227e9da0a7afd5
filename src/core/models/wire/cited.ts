/** Reads the citations of both APIs: pages of the web, and files in a container of the code interpreter. */
import type { FoundPage } from '../tool.ts';
import { fieldsOf } from './json.ts';
import type { DriverChunk } from './wire.ts';

/** A file that code made, by its place at the provider. */
export interface ContainerFile {
  container: string;
  id: string;
  name: string;
}

const MOST_PAGES = 100;
const MOST_URL = 2_000;
const MOST_TITLE = 300;
/** Ids that can stand in a path. */
const ID = /^[\w-]{1,100}$/;
const MOST_FILES = 5;

export function createCited() {
  const urls = new Set<string>();
  const files = new Map<string, ContainerFile>();

  function* read(annotation: Record<string, unknown>): Generator<DriverChunk> {
    if (annotation.type === 'container_file_citation') {
      const { container_id: container, file_id: id, filename: name } = annotation;
      if (typeof container !== 'string' || typeof id !== 'string' || !ID.test(container) || !ID.test(id))
        return;
      if (files.size < MOST_FILES)
        files.set(id, { container, id, name: typeof name === 'string' ? name : id });
      return;
    }
    if (annotation.type !== 'url_citation') return;
    // Chat Completions nests the fields.
    const page = pageIn({ ...annotation, ...fieldsOf(annotation.url_citation) });
    if (!page || urls.has(page.url) || urls.size >= MOST_PAGES) return;
    urls.add(page.url);
    yield { type: 'cited', page };
  }

  return {
    /** @param annotations one or a list of them; anything else is ignored */
    *in(annotations: unknown): Generator<DriverChunk> {
      for (const one of [annotations].flat()) yield* read(fieldsOf(one));
    },
    files: () => [...files.values()],
  };
}

/** A page, without the mark by which OpenAI tells sites that it sent a reader (`utm_source=openai`). */
export function pageIn({ url, title }: Record<string, unknown>): FoundPage | undefined {
  const address = typeof url === 'string' && url.length <= MOST_URL ? URL.parse(url) : null;
  if (!address || !/^https?:$/.test(address.protocol)) return undefined;
  const isMarked = ['openai', 'chatgpt.com'].includes(address.searchParams.get('utm_source') ?? '');
  if (isMarked) address.searchParams.delete('utm_source');
  return {
    url: isMarked ? address.href : String(url).trim(),
    title: typeof title === 'string' ? title.slice(0, MOST_TITLE) : '',
  };
}

/** The list of Parley's tools. A tool is a file of this folder and a line here. */
import type { Config } from '../config.ts';
import { OPENAI_BASE_URL } from '../core/models/base-url.ts';
import type { Troubles } from '../core/reports/troubles.ts';
import type { Attachments } from '../core/storage.ts';
import type { Documents } from '../core/turn/asking/documents.ts';
import type { Tool } from '../core/turn/tools/tool.ts';
import { createMakePicture } from './make-picture.ts';
import type { PictureServer } from './pictures/where.ts';
import { createReadFile } from './read-file.ts';
import { createReadPage } from './read-page.ts';
import { createWebSearch } from './web-search.ts';

export interface ToolsOptions {
  config: Config;
  attachments: Attachments;
  documents: Documents;
  troubles: Troubles;
}

export const pictureServer = ({ OPENAI_IMAGE_MODEL, OPENAI_BASE_URL: own }: Config): PictureServer => ({
  imageModel: OPENAI_IMAGE_MODEL,
  baseUrl: own ?? OPENAI_BASE_URL,
});

/** All tools that the operator's settings allow. */
export function createTools({ config, attachments, documents, troubles }: ToolsOptions): Tool[] {
  const { WEB_SEARCH: search, READ_PAGES: pages } = config;
  return [
    createMakePicture({ attachments, ...pictureServer(config) }),
    createReadFile({ attachments, documents }),
    ...(pages === 'off' ? [] : [createReadPage({ pages, documents })]),
    ...('url' in search ? [createWebSearch(search, { troubles })] : []),
  ];
}

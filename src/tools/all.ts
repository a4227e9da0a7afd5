/** The list of Parley's tools. A tool is a file of this folder and a line here. */
import type { Config } from '../config.ts';
import type { Attachments } from '../core/storage.ts';
import type { Tool } from '../core/turn/tools/tool.ts';
import { createReadFile } from './read-file.ts';

export interface ToolsOptions {
  config: Config;
  attachments: Attachments;
}

/** All tools that the operator's settings allow. */
export function createTools({ attachments }: ToolsOptions): Tool[] {
  return [createReadFile(attachments)];
}

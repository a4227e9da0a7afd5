/** A call of the Web API. */

import type { StoredWorkspace } from '../world/world.ts';
import type { Args } from './args.ts';
import type { UploadedFile } from './request.ts';

export interface Call {
  args: Args;
  files: UploadedFile[];
  token: string;
  workspace: StoredWorkspace;
}

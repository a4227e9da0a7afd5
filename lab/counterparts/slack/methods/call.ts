/** A call of the Web API. */
import type { Args } from '../args.ts';
import type { UploadedFile } from '../request.ts';
import type { StoredWorkspace } from '../world.ts';

export interface Call {
  args: Args;
  files: UploadedFile[];
  token: string;
  workspace: StoredWorkspace;
}

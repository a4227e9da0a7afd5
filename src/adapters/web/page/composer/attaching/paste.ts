/** Pasted text and files. A long text becomes a file, which can be put back as text. */
import { onPage } from '../../../sentences/en.ts';
import { attachedBytes, attachmentUrl } from '../../connection/server.ts';
import { openPlatform } from '../../dms/platform.ts';
import { dropFile, type PickedFile } from '../../drafts/attachments.ts';
import { keptBytes } from '../../drafts/kept-files.ts';
import { clean } from '../../markdown/clean.ts';
import { problemOf } from '../../state/problem.ts';
import { getState, setState } from '../../state/state.ts';
import { focusMessageBox } from '../message-box.ts';
import { addFiles } from './add-files.ts';

const words = onPage.composer.files;

/** A pasted text of more characters becomes a file. */
const LONGEST_PASTE = 4_000;

/** Pasted text may come with a picture of itself, for example from a spreadsheet. Then the text is taken. */
export function takePasted(event: ClipboardEvent): void {
  const { clipboardData } = event;
  if (!clipboardData) return;
  if (clipboardData.types.includes('text/plain')) {
    const text = clipboardData.getData('text/plain');
    const cleaned = clean(text);
    if (cleaned.length > LONGEST_PASTE && hasRoom()) {
      event.preventDefault();
      addFiles([new File([cleaned], nameOfNext(), { type: 'text/plain' })]);
      return;
    }
    if (cleaned === text) return;
    event.preventDefault();
    // People can undo an `insertText`. They cannot undo a new value.
    document.execCommand('insertText', false, cleaned);
  } else if (clipboardData.files.length > 0) {
    event.preventDefault();
    addFiles([...clipboardData.files]);
  }
}

function hasRoom(): boolean {
  const { files, limits } = getState();
  return openPlatform() === undefined && files.length < limits.attachments;
}

function nameOfNext(): string {
  const taken = new Set(getState().files.map(({ name }) => name));
  let number = 1;
  while (taken.has(words.pastedText(number))) number++;
  return words.pastedText(number);
}

/** Whether a file to send is a pasted text. Its name alone survives a reload. */
export function isPastedText({ name }: PickedFile): boolean {
  const { limits } = getState();
  const most = Number.isFinite(limits.attachments) ? limits.attachments : 0;
  return Array.from({ length: most + 1 }, (_, index) => words.pastedText(index + 1)).includes(name);
}

/** Puts a pasted text at the end of the message, in place of its file. */
export async function putBackAsText(file: PickedFile): Promise<void> {
  const { visit } = getState().open;
  try {
    const bytes = file.bytes ?? (await bytesOf(file));
    const text = clean(await bytes.text());
    const { open, draft, files } = getState();
    if (open.visit !== visit || !files.includes(file)) return;
    setState({
      draft: draft === '' ? text : `${draft}\n${text}`,
      files: files.filter((each) => each !== file),
    });
    dropFile(file);
    focusMessageBox();
  } catch (error) {
    setState({ problem: problemOf(error) });
  }
}

async function bytesOf({ key, uploaded }: PickedFile): Promise<Blob> {
  if (uploaded) return attachedBytes(attachmentUrl(uploaded.conversation, uploaded.view.id));
  return (await keptBytes(key)) ?? new Blob();
}

/** The time for which a browser may still read the bytes of a file that it saves, ms. */
const SAVING_MS = 60_000;

/** Has the browser save a file. */
export function saveFile(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), SAVING_MS);
}

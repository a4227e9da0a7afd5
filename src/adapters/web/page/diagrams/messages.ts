/** Messages between the page and the frame that draws diagrams. */

export const THEMES = ['light', 'dark'] as const;
export type DiagramTheme = (typeof THEMES)[number];

/** Asks for one drawing. The frame draws one after another. */
export interface DrawRequest {
  source: string;
  theme: DiagramTheme;
}

/** A drawing, or a code that tells why there is none. */
export type DrawReply = { svg: string } | { error: DrawError };

/** `kind`: a type of diagram that the library does not know. `mistake`: everything else. */
export type DrawError = 'kind' | 'mistake';

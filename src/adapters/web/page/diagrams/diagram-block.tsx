import { useEffect, useRef, useState } from 'preact/hooks';
import { seenCode } from '../../../../core/text/unseen.ts';
import { onPage } from '../../sentences/en.ts';
import { SaveIcon } from '../icons.tsx';
import { CodeBlock } from '../markdown/elements/code-block.tsx';
import { saveFile } from '../save-file.ts';
import { nameOf } from './diagram-name.ts';
import type { DrawFailure, Drawing } from './drawings.ts';
import { type DiagramTheme, THEMES } from './messages.ts';

const words = onPage.markdown.diagrams;

/** Distance from the window at which a diagram is drawn, px. */
const NEAR = '800px';
/** A wide diagram is made smaller by this much at most, so that its words can be read, and moved within its box. */
const LEAST_SCALE = 0.6;

interface DiagramBlockProps {
  code: string;
  growing: boolean;
}

/** A code block that is shown as the diagram it describes, once it is written and drawn. */
export function DiagramBlock({ code: written, growing }: DiagramBlockProps) {
  const code = seenCode(written);
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNear(place);
  const { drawings, failure } = useDrawings(isNear && !growing ? code : null);
  const [showsCode, setShowsCode] = useState(false);
  const shown = drawings.light ?? drawings.dark;
  const tools = shown ? (
    <button type="button" class="quiet" onClick={() => setShowsCode(!showsCode)}>
      {showsCode ? words.showDiagram : words.showCode}
    </button>
  ) : (
    failure && <span class="not-drawn">{words.failures[failure]}</span>
  );
  return (
    <div class="diagram-block" ref={place}>
      <CodeBlock
        code={code}
        language="mermaid"
        growing={growing}
        tools={tools}
        {...(shown &&
          !showsCode && {
            picture: { content: <Pictures {...{ code, drawings }} />, file: <SaveDrawing drawing={shown} /> },
          })}
      />
    </div>
  );
}

type Drawings = Partial<Record<DiagramTheme, Drawing>>;

/** The drawing in both themes. The style sheet shows the one of the page's theme, and the light one on paper. */
function Pictures({ code, drawings }: { code: string; drawings: Drawings }) {
  const name = nameOf(code);
  const has = THEMES.filter((theme) => drawings[theme]).join(' ');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within a keyboard's reach
    <div class="diagram" data-has={has} tabIndex={0}>
      {THEMES.map((theme) => {
        const drawing = drawings[theme];
        if (!drawing) return null;
        const { url, width, height } = drawing;
        const least = `--least-width: ${Math.round(width * LEAST_SCALE)}px`;
        return <img key={theme} class={theme} src={url} alt={name} {...{ width, height }} style={least} />;
      })}
    </div>
  );
}

function SaveDrawing({ drawing: { svg } }: { drawing: Drawing }) {
  return (
    <button
      type="button"
      class="quiet"
      aria-label={words.download}
      title={words.download}
      onClick={() => saveFile(new Blob([svg], { type: 'image/svg+xml' }), `${words.FILE}.svg`)}
    >
      <SaveIcon />
    </button>
  );
}

/** Whether the block was near the window, or about to be printed. */
function useNear(place: { current: Element | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || !place.current) return;
    const show = () => setNear(true);
    const observer = new IntersectionObserver(
      (entries) => entries.some((one) => one.isIntersecting) && show(),
      {
        rootMargin: NEAR,
      },
    );
    observer.observe(place.current);
    addEventListener('beforeprint', show);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', show);
    };
  }, [isNear, place]);
  return isNear;
}

/** @param source null: not yet */
function useDrawings(source: string | null): { drawings: Drawings; failure: DrawFailure | null } {
  const [state, setState] = useState<{ drawings: Drawings; failure: DrawFailure | null }>({
    drawings: {},
    failure: null,
  });
  useEffect(() => {
    if (source === null) return;
    let isGone = false;
    drawBoth(source, (theme, drawn) => {
      if (isGone) return;
      setState(({ drawings, failure }) =>
        typeof drawn === 'string'
          ? { drawings, failure: drawn }
          : { drawings: { ...drawings, [theme]: drawn }, failure },
      );
    });
    return () => {
      isGone = true;
      setState({ drawings: {}, failure: null });
    };
  }, [source]);
  return state;
}

/** The theme of the page first. What one theme cannot draw, the other cannot either. */
async function drawBoth(
  source: string,
  tell: (theme: DiagramTheme, drawn: Drawing | DrawFailure) => void,
): Promise<void> {
  const { draw } = await import('./drawings.ts');
  for (const theme of isDark() ? THEMES.toReversed() : THEMES) {
    const drawn = await draw(source, theme);
    tell(theme, drawn);
    if (typeof drawn === 'string') return;
  }
}

function isDark(): boolean {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
}

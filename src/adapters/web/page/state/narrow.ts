import { useEffect, useState } from 'preact/hooks';

/** Below this width the side panel lies over the page. `panel.css` has the same width. */
const narrow = matchMedia('(max-width: 759.98px)');

export function useNarrow(): boolean {
  const [is, setIs] = useState(narrow.matches);
  useEffect(() => {
    const follow = () => setIs(narrow.matches);
    narrow.addEventListener('change', follow);
    return () => narrow.removeEventListener('change', follow);
  }, []);
  return is;
}

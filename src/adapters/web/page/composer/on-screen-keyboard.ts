import { useEffect, useState } from 'preact/hooks';

/** Without a mouse or trackpad there is no Shift beside Enter, and a button sends. */
const touch = matchMedia('(pointer: coarse)');
const fine = matchMedia('(any-pointer: fine)');

const isOnScreen = () => touch.matches && !fine.matches;

export function useOnScreenKeyboard(): boolean {
  const [is, setIs] = useState(isOnScreen());
  useEffect(() => {
    const follow = () => setIs(isOnScreen());
    for (const query of [touch, fine]) query.addEventListener('change', follow);
    return () => {
      for (const query of [touch, fine]) query.removeEventListener('change', follow);
    };
  }, []);
  return is;
}

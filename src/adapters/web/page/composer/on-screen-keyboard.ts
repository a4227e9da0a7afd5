import { useEffect, useState } from 'preact/hooks';

/** Devices without a mouse or trackpad have no Shift beside Enter, so there a button sends. */
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

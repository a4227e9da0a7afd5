import { useEffect, useState } from 'preact/hooks';

/** Whether `isOn` has been true for `ms` without a break. */
export function useLapse(isOn: boolean, ms: number): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    if (!isOn) return;
    const timer = setTimeout(setIsLong, ms, true);
    return () => clearTimeout(timer);
  }, [isOn, ms]);
  return isLong;
}

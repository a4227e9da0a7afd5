/** Icons are pictures beside words or inside named buttons: screen readers pass over them. */
function icon(path: string) {
  return () => (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const MenuIcon = icon('M4 7h16M4 12h16M4 17h10');
export const CloseIcon = icon('M6 6l12 12M18 6L6 18');
export const PlusIcon = icon('M12 5v14M5 12h14');
export const PencilIcon = icon('M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3');
export const BinIcon = icon('M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13M10 11v5M14 11v5');
export const PinIcon = icon('M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7');
export const MoreIcon = icon('M5 12h.01M12 12h.01M19 12h.01');
export const SettingsIcon = icon('M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4');
export const ClipIcon = icon(
  'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.8-7.7',
);
export const CameraIcon = icon(
  'M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z',
);
export const MicrophoneIcon = icon(
  'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11a6 6 0 0 0 12 0M12 17v3.5',
);
export const SpeakerIcon = icon('M4 10v4h3l4.5 4V6L7 10zM15 9.5a3.5 3.5 0 0 1 0 5M17.5 7a7 7 0 0 1 0 10');
export const SendIcon = icon('M12 19V5M6 11l6-6 6 6');
export const StopIcon = icon('M7 7h10v10H7z');
export const CopyIcon = icon('M9 9h11v11H9zM5 15H4V4h11v1');
export const CheckIcon = icon('M5 12.5l4.5 4.5L19 7.5');
export const AgainIcon = icon('M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5');
export const DownIcon = icon('M12 5v14M6 13l6 6 6-6');
export const ChevronIcon = icon('M7 9.5l5 5 5-5');
export const SaveIcon = icon('M12 4v11M7 10.5l5 5 5-5M5 20h14');
export const WrapIcon = icon('M4 6h16M4 12h13a3 3 0 0 1 0 6h-4M15 15.5L12.5 18l2.5 2.5M4 18h4');
export const ShareIcon = icon('M12 15V4M8 7.5L12 4l4 3.5M6 11v9h12v-9');
export const FileIcon = icon('M6 3h8l5 5v13H6zM14 3v5h5');

/** Parley's mark: a speech bubble with two lines of talk. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path
        class="mark-bubble"
        d="M12 2.5c5.5 0 9.5 3.8 9.5 8.6s-4 8.6-9.5 8.6c-1.1 0-2.2-.2-3.2-.5l-5.3 2.3 1.2-4.3c-1.4-1.6-2.2-3.6-2.2-6.1 0-4.8 4-8.6 9.5-8.6z"
      />
      <path class="mark-talk" d="M8 9.2h8M8 13h5" />
    </svg>
  );
}

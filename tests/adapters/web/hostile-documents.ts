/** Made-up answers of marks that renderers read, and of what attackers write. */
import fc from 'fast-check';

const MARKS = [
  ...['a', ' ', '\n', '\n\n', '- ', '1. ', '> ', '# ', '**', '|', '[', '](', ')', '    ', '---', '\t', '```'],
  ...[
    '| a | b |\n|---|---|\n| ',
    '\n```js\nlet a\n```\n',
    '\n```mermaid\n',
    '\n```\n',
    'flowchart TD\nA-->B\n',
  ],
  ...['$$', '$', '\\[', '\\]', '\\(', '\\)', '\\frac{', '}', '^2', '&', '\\\\', '\\begin{matrix}'],
  ...['[^1]', '\n\n[^1]: ', '\n[1]: ', '<details>\n', '</details>\n', '<summary>', '<sub>', '<mark>', '<br>'],
  ...['> [!NOTE]\n', '<!--', '-->', '\u202e', '\0', '日', 'שלום', '&lt;', '&#106;', '\ud800'],
];

const ATTACKS = [
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<a href=//evil.example>',
  ],
  ...[
    '<iframe src=https://evil.example>',
    '<base href=https://evil.example>',
    '<style>@import "//evil.example"',
  ],
  ...['<meta http-equiv=refresh content=0;url=//evil.example>', '<form action=//evil.example><button>'],
  ...[
    '<kbd onclick=alert(1)>',
    '<details ontoggle=alert(1) open>',
    '<sub style=position:fixed>',
    '<mark id=page>',
  ],
  ...['[x](javascript:alert(1))', '[x](data:text/html,<script>alert(1)</script>)', '<javascript:alert(1)>'],
  ...['![x](https://evil.example/i.png)', '[x]: javascript:alert(1)', '[^<img src=x>]', '[!NOTE"onload=x]'],
  ...[
    '$\\href{javascript:alert(1)}{x}$',
    '$\\includegraphics{https://evil.example/i.png}$',
    '$\\def\\a{\\a}\\a$',
  ],
  ...[
    '\\[\\htmlClass{"onclick=alert(1)}{x}\\]',
    '$\\url{javascript:alert(1)}$',
    '$\\style{background:url(//e)}{x}$',
  ],
  '| <img src=x onerror=alert(1)> | =cmd() |\n|---|---|\n| [x](javascript:alert(1)) | <script> |\n',
];

/** Diagrams that try to run, load, lead elsewhere, or to change what they must not. */
export const HOSTILE_DIAGRAMS = [
  'flowchart TD\n A["<img src=https://evil.example/i.png onerror=alert(1)>"] --> B["<script>alert(1)</script>"]',
  'flowchart TD\n A --> B\n click A "javascript:alert(1)"\n click B href "https://evil.example" _top',
  'flowchart TD\n A --> B\n click A call alert(1)\n click B alert "x"',
  'flowchart TD\n A@{ img: "https://evil.example/i.png", label: "x", w: 60, h: 60 } --> B',
  'flowchart TD\n A --> B\n style A fill:url(https://evil.example/i.svg),stroke:#000',
  'flowchart TD\n A:::x --> B\n classDef x background:url("https://evil.example"),fill:#fff',
  '%%{init: {"securityLevel": "loose", "htmlLabels": true, "flowchart": {"htmlLabels": true}}}%%\nflowchart TD\n A["<iframe src=//evil.example>"]',
  '%%{init: {"themeCSS": "@import url(//evil.example/x.css); * { background: url(//evil.example) }"}}%%\nflowchart TD\n A --> B',
  '%%{init: {"themeVariables": {"primaryColor": "red;}</style><script>alert(1)</script>"}, "fontFamily": "x;background:url(//evil.example)"}}%%\nflowchart TD\n A --> B',
  '---\nconfig:\n  securityLevel: loose\n  theme: forest\n  themeCSS: "a { fill: url(//evil.example) }"\n---\nflowchart TD\n A --> B',
  'sequenceDiagram\n participant A as <img src=x onerror=alert(1)>\n links A: {"x": "javascript:alert(1)", "y": "https://evil.example"}\n A->>A: <svg onload=alert(1)>',
  'classDiagram\n class A\n link A "javascript:alert(1)" "x"\n callback A "alert" "x"\n note "<script>alert(1)</script>"',
  'gantt\n title <img src=x onerror=alert(1)>\n dateFormat YYYY-MM-DD\n section A\n B :a1, 2026-01-01, 3d\n click a1 href "javascript:alert(1)"',
  'pie title "</text><script>alert(1)</script>"\n "<img src=x onerror=alert(1)>" : 1\n "b" : 2',
  'stateDiagram-v2\n state "<foreignObject><body onload=alert(1)>" as A\n [*] --> A',
  'erDiagram\n A ||--o{ B : "<a href=javascript:alert(1)>x</a>"',
  'journey\n title <script>alert(1)</script>\n section </svg><script>alert(1)</script>\n A: 5: <img src=x>',
  'gitGraph\n commit id: "<img src=x onerror=alert(1)>"\n branch "<script>"\n commit',
  'flowchart TD\n A["&lt;script&gt;alert(1)&lt;/script&gt; #quot; #lt;img#gt; \\\\75rl(x)"]',
  'flowchart TD\n __proto__ --> constructor\n constructor --> toString',
];

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...MARKS) },
  { weight: 3, arbitrary: fc.constantFrom(...ATTACKS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

/** Each is the same in every run. */
export const hostileDocuments = (count: number): string[] =>
  fc.sample(
    fc.array(part, { maxLength: 40 }).map((parts) => parts.join('')),
    { numRuns: count, seed: 17 },
  );

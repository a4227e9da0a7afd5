/** Slack's limits: characters and entries (reference/views, block-elements, composition-objects). */
export const BLOCK_LIMITS = {
  title: 24,
  header: 150,
  label: 2_000,
  placeholder: 150,
  input: 3_000,
  option: 75,
  button: 75,
  options: 100,
  metadata: 3_000,
};

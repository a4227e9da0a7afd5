/** Where Slack keeps files: the only hosts that may see a token. */

/**
 * Slack's own domains. A file's address leads from one to another: files.slack.com, files-origin.slack.com,
 * slack-files.com, a host of slack-edge.com; of GovSlack, hosts of slack-gov.com.
 */
const DOMAINS = ['slack.com', 'slack-files.com', 'slack-edge.com', 'slack-gov.com'];

/** @param apiUrl whose host counts as Slack's own too */
export function createFileHosts(apiUrl: string): (hostname: string) => boolean {
  const own = new URL(apiUrl).hostname;
  return (hostname) =>
    hostname === own || DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}

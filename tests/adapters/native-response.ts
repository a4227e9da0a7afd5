/**
 * Loads Hono's `RESPONSE_ALREADY_SENT` while `Response` is Node's own. Hono's server replaces `Response` when it starts,
 * and would answer twice with one that was made afterwards. Files that share a worker start servers in any order.
 */
import '@hono/node-server/utils/response';

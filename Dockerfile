# Builds with the packages that are pinned in package-lock.json; runs as a user of its own. The digest is that of the tag
# beside it, for every architecture; .github/dependabot.yml has both raised together. By hand, this prints it:
# `docker buildx imagetools inspect node:24.21.0-slim --format '{{.Manifest.Digest}}'`.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS packages
WORKDIR /parley
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm run --silent sbom > sbom.cdx.json

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 STORE_URL=sqlite:///data/parley.sqlite
# `npm start -- …` writes nothing outside of /tmp.
ENV npm_config_cache=/tmp/npm npm_config_logs_max=0 npm_config_update_notifier=false
RUN mkdir /data && chown node:node /data
WORKDIR /parley
COPY --from=packages /parley/node_modules node_modules
COPY --from=packages /parley/sbom.cdx.json ./
COPY package.json LICENSE ./
COPY scripts scripts
COPY src src
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]

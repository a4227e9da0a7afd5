# Builds with the packages that are pinned in package-lock.json; runs as a user of its own, on Node 24.
FROM node:24-slim AS packages
WORKDIR /parley
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 STORE_URL=sqlite:///data/parley.sqlite
RUN mkdir /data && chown node:node /data
WORKDIR /parley
COPY --from=packages /parley/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]

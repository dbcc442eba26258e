/** Texts of a wanted length that look like what people write: what is measured is not an empty loop. */

const STAGE = (index: number): string => `FROM node:24.8.0-slim AS stage${index}
ARG VERSION=1.2.${index}
ENV NODE_ENV=production \\
    PORT=3000
WORKDIR /srv/app${index}
# The packages of this step.
RUN apt-get update \\
  && apt-get install -y --no-install-recommends curl=7.88.1 ca-certificates \\
  && curl -fsSL https://example.com/tool${index}-$VERSION.tar.gz | tar -xz -C /usr/local \\
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev -w part${index}
RUN <<EOT
set -e
echo "built on $(date)" > /srv/built${index}
chmod 644 /srv/built
EOT
COPY --chown=node:node src ./src
EXPOSE 3000
USER node
HEALTHCHECK CMD ["node", "health.js"]
CMD ["node", "src/server.js"]
`;

const SERVICE = (index: number): string => `  service${index}:
    image: registry.example.com/shop/service${index}:1.4.${index}
    restart: unless-stopped
    environment:
      PORT: "3000"
      DATABASE_URL: postgres://shop@database/shop
    ports:
      - "127.0.0.1:${3000 + (index % 1000)}:3000"
    volumes:
      - data${index}:/var/lib/data
    logging:
      driver: json-file
      options: { max-size: 10m, max-file: "3" }
    cap_drop: [ALL]
    security_opt:
      - no-new-privileges:true
`;

export function dockerfileOf(lines: number): string {
  return repeated(STAGE, lines);
}

export function composeOf(lines: number): string {
  return `services:\n${repeated(SERVICE, lines - 1)}`;
}

function repeated(part: (index: number) => string, lines: number): string {
  const height = part(0).split('\n').length - 1;
  const all = Array.from({ length: Math.ceil(lines / height) }, (_, index) => part(index)).join('');
  return `${all.split('\n').slice(0, lines).join('\n')}\n`;
}

import { defineRule } from '../../core/rule.js';
import { builtInPlace } from '../../dockerfile/building.js';
import { ownCommand, ownEntrypoint, startCommands } from '../../dockerfile/privilege.js';
import { isBuildTool, liesInDevContainer } from '../../dockerfile/purpose.js';
import { SPLIT_TITLES, splitFix } from '../../multistage/fix.js';
import { REFUSALS } from '../../multistage/refusals.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'single-stage-build',
  severity: 'warning',
  summary: 'A program must not be shipped in the image it was built in.',
  why: `
    What is needed to build a program is more than what is needed to run it: compilers, package managers, headers,
    development dependencies, the sources. In a shipped image all of it is there for whoever breaks in, ready to read the
    code and to build the next tool on the spot, and each part brings vulnerabilities of its own that scanners report and
    somebody has to judge.

    With two stages only the result is shipped: \`FROM … AS build\` compiles, and a second FROM with a run-time image copies
    the program with \`COPY --from=build\`. The build itself stays as it is.

    Compilers that are installed on top of an image made for running are reported by build-tools-in-image. Images for people,
    to develop or test in, are left alone: by their names, or because they start a shell, a watcher or a test.
  `,
  fixSafety: `
    The run stage holds what the title names, and what the Dockerfile copies for the program: other files that it opens need
    a COPY, and programs that it starts need their packages. It runs as a user without rights, on an image that may have no
    shell to log in to.
  `,
  references: [
    'https://docs.docker.com/build/building/multi-stage/',
    'https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { tally: ['prefer-multi-stage-build'] },
  messages: {
    built: '{image} is there to build, and {command} builds in it what ships. Copy the result to a stage on {runtime}.',
    sources:
      '{command} builds in the stage that ships, so sources and build dependencies ship too. Copy the result to a stage of its own.',
    starts:
      '{image} is there to build, and {command} starts the program, so all of it ships. Start the result on {runtime}.',
    unknown:
      '{image} is there to build, and {command} builds in it. If this image is run somewhere, copy the result to {runtime}.',
  },
  titles: SPLIT_TITLES,
  labels: { build: 'Here it is built.', ...REFUSALS },

  check: {
    dockerfile(document, context) {
      const found = liesInDevContainer(context.project) ? undefined : builtInPlace(document);
      if (!found) return [];
      const { stage, reference, image, command } = found;
      const started = ownCommand(stage) ?? ownEntrypoint(stage);
      const data = { image: reference.name, command: commandText(command), runtime: image.runtime };
      const { fixes, related } = splitFix(document, stage, context);
      const here = { range: command.range, label: 'build' as const };
      const place = { range: reference.range, related: [here, ...related], fixes };
      const starter = image.purpose === 'only' ? startCommands(stage).find(isBuildTool) : undefined;
      if (starter) return [{ ...place, message: 'starts', data: { ...data, command: commandText(starter) } }];
      // Without a program to start, the image may be one that others build in.
      if (!started && image.purpose === 'only') return [{ ...place, message: 'unknown', data, confidence: 'low' }];
      return image.purpose === 'only' || !isScript(command)
        ? [{ ...place, message: 'built', data }]
        : [{ ...place, message: 'sources', data: { command: data.command } }];
    },
  },

  examples: [
    {
      title: 'Go, built and started in one image',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25-alpine»
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop ./cmd/shop
        EXPOSE 8080
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: `
        FROM golang:1.25-alpine AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop ./cmd/shop

        FROM gcr.io/distroless/static-debian13:nonroot
        WORKDIR /src
        COPY --from=build /usr/local/bin/shop /usr/local/bin/shop
        EXPOSE 8080
        CMD ["shop"]
      `,
    },
    {
      title: 'What the sources open comes along',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'go.mod': `
          module example.com/shop
          go 1.25
        `,
        'main.go': `
          package main
          func main() { serve(parse("templates/page.html")) }
        `,
        'templates/page.html': '<h1>Shop</h1>',
      },
      bad: `
        FROM «golang:1.25»
        WORKDIR /app
        COPY . .
        # The program is named after its module.
        RUN go build
        CMD ./shop
      `,
      expect: ['built'],
      fixed: `
        FROM golang:1.25 AS build
        WORKDIR /app
        COPY . .
        # The program is named after its module.
        RUN CGO_ENABLED=0 go build

        FROM gcr.io/distroless/static-debian13:nonroot
        WORKDIR /app
        COPY --from=build /app/shop ./
        COPY --from=build /app/templates ./templates
        CMD ["./shop"]
      `,
    },
    {
      title: 'A stage of its own that changes nothing',
      in: 'dockerfile',
      bad: `
        FROM «maven:3.9-eclipse-temurin-21» AS sources
        COPY . /src
        RUN cd /src && mvn -B package

        FROM sources
        USER 10001
        ENTRYPOINT ["java", "-jar", "/src/target/shop.jar"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'A web application with its sources and development dependencies',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-alpine»
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        USER node
        CMD ["node", "dist/server.js"]
      `,
      expect: ['sources'],
      fixed: `
        FROM node:24.4-alpine AS base

        FROM base AS build
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        RUN npm prune --omit=dev

        FROM base
        WORKDIR /app
        COPY --from=build /app ./
        USER node
        CMD ["node", "dist/server.js"]
      `,
    },
    {
      title: 'The same, where the files around tell what it needs',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'package.json': '{"scripts":{"build":"tsc","start":"node dist/server.js"}}',
        'src/server.ts': 'listen();',
        'public/index.html': '<h1>Shop</h1>',
        'tsconfig.json': '{}',
      },
      bad: `
        FROM «node:24.4»
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        USER node
        CMD ["npm", "start"]
      `,
      expect: ['sources'],
      fixed: `
        FROM node:24.4 AS build
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        RUN npm prune --omit=dev

        FROM node:24.4-slim
        WORKDIR /app
        COPY --from=build /app/package.json ./
        COPY --from=build /app/public ./public
        COPY --from=build /app/node_modules ./node_modules
        COPY --from=build /app/dist ./dist
        USER node
        CMD ["npm", "start"]
      `,
    },
    {
      title: 'A front end goes to a web server',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-slim»
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        RUN npm install -g serve@14.2.5
        EXPOSE 3000
        CMD ["serve", "-s", "dist", "-l", "3000"]
      `,
      expect: ['sources'],
      fixed: `
        FROM node:24.4-slim AS build
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force

        FROM nginxinc/nginx-unprivileged:1.30-alpine
        COPY --from=build /app/dist /usr/share/nginx/html
        COPY <<'EOF' /etc/nginx/conf.d/default.conf
        server {
            listen 3000;
            root /usr/share/nginx/html;
            location / { try_files $uri $uri/ /index.html; }
        }
        EOF
        EXPOSE 3000
      `,
    },
    {
      title: 'A JDK whose compiler is used',
      in: 'dockerfile',
      bad: `
        FROM «eclipse-temurin:21.0.8_9-jdk»
        COPY Shop.java /
        RUN javac -d /classes /Shop.java
        USER 10001
        CMD ["java", "-cp", "/classes", "Shop"]
      `,
      expect: ['built'],
      fixed: `
        FROM eclipse-temurin:21.0.8_9-jdk AS build
        COPY Shop.java /
        RUN javac -d /classes /Shop.java

        FROM eclipse-temurin:21.0.8_9-jre
        COPY --from=build /classes /classes
        USER 10001
        CMD ["java", "-cp", "/classes", "Shop"]
      `,
    },
    {
      title: 'No program to start',
      in: 'dockerfile',
      bad: `
        FROM «rust:1.89»
        COPY . /src
        RUN cargo install --path /src
        USER 10001
      `,
      expect: ['unknown'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'The program is built again when it starts',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN go build ./...
        CMD ["go", "run", "./cmd/shop"]
      `,
      expect: ['starts'],
      fixed: null,
    },
    {
      title: 'Nothing tells where the program is',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN go build -o bin/ ./...
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'Settings written by the build',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop && sed s/DEBUG/INFO/ shop.conf > /etc/shop/shop.conf
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: `
        FROM golang:1.25 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop && sed s/DEBUG/INFO/ shop.conf > /etc/shop/shop.conf

        FROM gcr.io/distroless/base-debian13:nonroot
        WORKDIR /src
        COPY --from=build /usr/local/bin/shop /usr/local/bin/shop
        COPY --from=build /etc/shop/shop.conf /etc/shop/shop.conf
        CMD ["shop"]
      `,
    },
    {
      title: 'Data that the build unpacks somewhere',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop && mkdir /var/lib/shop && tar xzf seed.tar.gz -C /var/lib/shop
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'A script that may call anything',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        COPY start.sh /
        RUN go build -o /usr/local/bin/shop
        ENTRYPOINT ["/start.sh"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'A base image whose version is not known',
      in: 'dockerfile',
      bad: `
        ARG VERSION
        FROM «node:$VERSION»
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        CMD ["node", "dist/server.js"]
      `,
      expect: ['sources'],
      fixed: null,
    },
    {
      title: 'A library whose run-time package is not known',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-slim»
        WORKDIR /app
        RUN apt-get update && apt-get install -y --no-install-recommends g++ libshop-dev && rm -rf /var/lib/apt/lists/*
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        CMD ["node", "dist/server.js"]
      `,
      expect: ['sources'],
      fixed: null,
    },
    {
      title: 'Two languages',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN cd web && npm ci && npm run build && npm cache clean --force
        RUN go build -o /usr/local/bin/shop
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'Steps for the images built on this one',
      in: 'dockerfile',
      bad: `
        FROM «golang:1.25»
        WORKDIR /src
        COPY . .
        RUN go build -o /usr/local/bin/shop
        ONBUILD COPY shop.conf /etc/
        CMD ["shop"]
      `,
      expect: ['built'],
      fixed: null,
    },
    {
      title: 'Two stages',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        COPY . /src
        RUN cd /src && go build -o /shop ./cmd/shop

        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /shop /shop
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'Nothing is compiled',
      in: 'dockerfile',
      good: `
        FROM node:24.4-slim
        WORKDIR /app
        COPY . .
        RUN npm ci --omit=dev && npm cache clean --force
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'An image to develop in',
      in: 'dockerfile',
      good: `
        FROM golang:1.25
        RUN go install github.com/air-verse/air@v1.62.0
        COPY . /src
        USER 10001
        CMD ["air"]
      `,
    },
    {
      title: 'In the folder of a dev container',
      in: 'dockerfile',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM golang:1.25
        RUN go install golang.org/x/tools/gopls@v0.20.0
        USER 10001
        CMD ["gopls", "serve"]
      `,
    },
    {
      title: 'An image that compares what was generated',
      in: 'dockerfile',
      good: `
        FROM golang:1.25
        COPY . /src
        RUN go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.6 && protoc --go_out=/new /src/shop.proto
        CMD cmp /new/shop.pb.go /src/shop.pb.go
      `,
    },
    {
      title: 'An image that runs tests',
      in: 'dockerfile',
      good: `
        FROM node:24.4-slim AS test
        COPY . .
        RUN npm ci && npm run build && npm cache clean --force
        USER node
        CMD ["npm", "test"]
      `,
    },
    {
      title: 'A base image that only a variable knows',
      in: 'dockerfile',
      good: `
        ARG BASE
        FROM $BASE
        RUN make install
        USER 10001
      `,
    },
  ],
});

/** A script of package.json and the like: what it uses is in the project's own dependencies. */
function isScript({ name }: ShellCommand): boolean {
  return /^(?:npm|yarn|pnpm|bun|npx|bunx|tsc|webpack|rollup|esbuild|gulp|grunt|ng|vite|next|nuxt|nest|gatsby|parcel)$/.test(
    name,
  );
}

function commandText({ name, words }: ShellCommand): string {
  const rest = words.slice(1).filter((it) => it.literal && /^[\w:./@-]+$/.test(it.value) && !it.value.startsWith('-'));
  const tasks = /^(?:gcc|g\+\+|cc|c\+\+|clang|javac|rustc|make)$/.test(name) ? [] : rest.slice(0, 2);
  return [name, ...tasks.map((it) => it.value)].join(' ').slice(0, 40);
}

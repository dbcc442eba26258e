import { defineRule } from '../../core/rule.js';
import { needlessShell } from '../../dockerfile/needless-shell.js';

export default defineRule({
  id: 'package-manager-in-image',
  severity: 'info',
  profile: 'strict',
  summary: 'An image that needs neither a shell nor a package manager must not carry them.',
  why: `
    Most break-ins into containers go on with a shell: they start one, look around and install what is missing. In an image
    that holds the program and its libraries only there is nothing to start, and scanners have next to nothing to report.

    This file builds the program in another stage, copies it and starts it directly, so that the base image of the last stage
    need be no more than a run-time: a distroless image has certificates, time zones and a user without rights. A program that
    is linked statically runs on \`scratch\` as well. To look into such a container, use \`docker debug\`.

    Images whose steps, start or health check use a shell or a tool of the distribution are not reported.
  `,
  references: [
    'https://github.com/GoogleContainerTools/distroless',
    'https://docs.docker.com/dhi/core-concepts/distroless/',
    'https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: {},
  messages: {
    needless:
      '{image} brings a shell and a package manager that only an intruder needs here. Build the last stage on {alternative}.',
  },

  check: {
    dockerfile(document) {
      const found = needlessShell(document);
      if (!found) return [];
      const { reference, alternative } = found;
      return [{ message: 'needless', data: { image: reference.name, alternative }, range: reference.range }];
    },
  },

  examples: [
    {
      title: 'A program by itself',
      in: 'dockerfile',
      bad: `
        FROM golang:1.26 AS build
        COPY . /src
        RUN CGO_ENABLED=0 go build -C /src -o /shop ./cmd/shop
        FROM «alpine:3.22»
        RUN apk add --no-cache ca-certificates
        COPY --from=build /shop /usr/local/bin/shop
        USER 10001
        ENTRYPOINT ["/usr/local/bin/shop"]
      `,
      expect: ['needless'],
      fixed: null,
    },
    {
      title: 'Java',
      in: 'dockerfile',
      bad: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        COPY . /src
        RUN mvn -B -f /src package
        FROM «eclipse-temurin:21-jre»
        COPY --from=build /src/target/shop.jar /shop.jar
        USER 10001
        CMD ["java", "-jar", "/shop.jar"]
      `,
      expect: ['needless'],
      fixed: null,
    },
    {
      title: 'Without a shell already',
      in: 'dockerfile',
      good: `
        FROM golang:1.26 AS build
        COPY . /src
        RUN CGO_ENABLED=0 go build -C /src -o /shop ./cmd/shop
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /shop /shop
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'A step installs what the program needs',
      in: 'dockerfile',
      good: `
        FROM golang:1.26 AS build
        COPY . /src
        RUN go build -C /src -o /shop ./cmd/shop
        FROM debian:13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
        COPY --from=build /shop /usr/local/bin/shop
        USER 10001
        ENTRYPOINT ["shop"]
      `,
    },
    {
      title: 'A script, a shell or a tool is started',
      in: 'dockerfile',
      good: `
        FROM golang:1.26 AS build
        COPY . /src
        RUN go build -C /src -o /shop ./cmd/shop
        FROM debian:13-slim
        COPY --from=build /shop /usr/local/bin/shop
        COPY docker-entrypoint.sh /
        USER 10001
        HEALTHCHECK CMD wget -qO- http://localhost:8080/healthz
        ENTRYPOINT ["/docker-entrypoint.sh"]
        CMD ["shop"]
      `,
    },
  ],
});

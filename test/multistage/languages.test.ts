import { describe, expect, it } from 'vitest';
import { lines, rewritten, runStage } from './rewritten.js';

/** The run stage of each language, and what decides about it. */

describe('Go', () => {
  const build = (from: string, run: string, rest = 'CMD ["/app/shop"]'): string =>
    `FROM ${from}\nWORKDIR /app\nCOPY . .\nRUN ${run}\n${rest}\n`;

  it.each([
    ['golang:1.25-alpine', 'go build -o shop', 'gcr.io/distroless/static-debian13:nonroot'],
    ['golang:1.25-bookworm', 'CGO_ENABLED=0 go build -o shop', 'gcr.io/distroless/static-debian12:nonroot'],
    ['golang:1.25', 'go build -o shop', 'gcr.io/distroless/base-debian13:nonroot'],
    ['golang:1.25', 'CGO_ENABLED=1 go build -o shop', 'gcr.io/distroless/base-debian13:nonroot'],
    ['golang:1.25-alpine3.22', 'apk add --no-cache gcc musl-dev && go build -o shop', 'alpine:3.22'],
    ['golang:1.25-bookworm', 'apt-get install -y ffmpeg && go build -o shop', 'debian:bookworm-slim'],
  ])('%s, %s', (from, run, base) => {
    expect(runStage(rewritten(build(from, run)))).toMatch(`FROM ${base}\n`);
  });

  it('links everything in where the modules need no C', () => {
    const pure = { 'go.mod': 'module example.com/shop\n', 'main.go': 'package main' };
    expect(rewritten(build('golang:1.25', 'go build -o shop'), pure)).toContain('RUN CGO_ENABLED=0 go build -o shop');
    const sqlite = { ...pure, 'go.mod': 'module example.com/shop\nrequire github.com/mattn/go-sqlite3 v1.14.22\n' };
    expect(rewritten(build('golang:1.25', 'go build -o shop'), sqlite)).toContain('RUN go build -o shop');
  });

  it.each([
    ['go build', { 'go.mod': 'module example.com/team/shop/v2\n' }, '/app/shop'],
    ['go build ./cmd/shop', {}, '/app/shop'],
    ['go build main.go', {}, '/app/main'],
    ['go build -o bin/ ./cmd/shop', {}, '/app/bin/shop'],
  ])('%s', (run, around, program) => {
    const text = rewritten(build('golang:1.25-alpine', run, `CMD ["${program}"]`), { ...around, 'main.go': '' });
    expect(text).toContain(`COPY --from=build ${program} `);
  });

  it('puts what go install leaves where every image looks for programs', () => {
    const text = 'FROM golang:1.25-alpine\nCOPY . /src\nRUN cd /src && go install ./cmd/shop\nENTRYPOINT ["shop"]\n';
    expect(runStage(rewritten(text))).toBe(
      'FROM gcr.io/distroless/static-debian13:nonroot\nCOPY --from=build /go/bin/shop /usr/local/bin/shop\nENTRYPOINT ["shop"]\n',
    );
  });

  it('repeats what other stages bring, unless the sources take it in or a step starts it', () => {
    const text =
      'FROM node:24.4 AS web\nRUN true\n\nFROM golang:1.25-alpine\nWORKDIR /src\nCOPY . .\nCOPY --from=web /web/dist ./static\nCOPY --from=bufbuild/buf:1.50.0 /usr/local/bin/buf /usr/local/bin/\nRUN buf generate && go build -o /shop\nCMD ["/shop"]\n';
    expect(runStage(rewritten(text)).match(/COPY .*/g)).toEqual([
      'COPY --from=build /shop /shop',
      'COPY --from=web /web/dist ./static',
    ]);
    const embedded = { 'main.go': '//go:embed static\nvar files embed.FS' };
    expect(runStage(rewritten(text, embedded)).match(/COPY .*/g)).toEqual(['COPY --from=build /shop /shop']);
  });

  it('believes a Makefile that names the program', () => {
    const text = build('golang:1.25', 'make build', 'CMD ["./bin/shop"]');
    const named = rewritten(text, { Makefile: 'build:\n\tgo build -o bin/shop ./cmd/shop\n' });
    expect(named).toContain('COPY --from=build /app/bin/shop ./bin/shop\n');
    expect(rewritten(text, { Makefile: 'include build.mk\n' })).toBe('refused: result');
    expect(rewritten(text)).toBe('refused: result');
  });

  it('ships every program that a command of its own builds', () => {
    const text = runStage(
      rewritten(
        build(
          'golang:1.25-alpine',
          'go build -o bin/shop ./cmd/shop && go build -o bin/migrate ./cmd/migrate',
          'CMD ["bin/shop"]',
        ),
      ),
    );
    expect(text.match(/COPY .*/g)).toEqual([
      'COPY --from=build /app/bin/shop ./bin/shop',
      'COPY --from=build /app/bin/migrate ./bin/migrate',
    ]);
  });

  it('takes along what the sources open, not what they embed', () => {
    const around = {
      'go.mod': 'module example.com/shop\n',
      'main.go': 'package main\nvar a = open("pages/index.html")\n',
      'pages/index.html': 'x',
      'site/site.go': 'package site\n//go:embed icons\nvar icons embed.FS\nvar b = icons.Open("icons/a.png")\n',
      'icons/a.png': 'x',
      'notes.txt': 'x',
    };
    const text = runStage(rewritten(build('golang:1.25', 'go build -o shop', 'CMD ["./shop"]'), around));
    expect(text).toContain('COPY --from=build /app/pages ./pages\n');
    expect(text).not.toMatch(/icons|notes/);
  });

  it('keeps a start script whose commands are all there', () => {
    const text = build('golang:1.25-alpine', 'go build -o /usr/local/bin/shop', 'ENTRYPOINT ["/start.sh"]').replace(
      'COPY . .',
      'COPY . .\nCOPY start.sh /start.sh',
    );
    const known = runStage(rewritten(text, { 'start.sh': '#!/bin/sh\nset -e\nexec shop "$@"\n' }));
    expect(known).toMatch(/^FROM alpine:/);
    expect(known).toContain('COPY start.sh /start.sh\n');
    expect(rewritten(text, { 'start.sh': '#!/bin/sh\nmigrate up && exec shop\n' })).toBe('refused: script');
    expect(rewritten(text)).toBe('refused: script');
  });
});

describe('Rust', () => {
  it.each([
    ['rust:1.90-alpine', 'cargo build --release', 'static-debian13'],
    ['rust:1.90-bookworm', 'cargo build --release', 'cc-debian12'],
    ['rust:1.90', 'cargo build --release --target x86_64-unknown-linux-musl', 'static-debian13'],
  ])('%s, %s', (from, run, base) => {
    const path = run.includes('--target') ? 'target/x86_64-unknown-linux-musl/release/shop' : 'target/release/shop';
    const text = rewritten(`FROM ${from}\nWORKDIR /app\nCOPY . .\nRUN ${run}\nCMD ["./${path}"]\n`);
    expect(runStage(text)).toContain(`FROM gcr.io/distroless/${base}:nonroot\n`);
    expect(text).toContain(`COPY --from=build /app/${path} ./${path}\n`);
  });

  it('refuses what only a cache mount holds', () => {
    const run = '--mount=type=cache,target=/app/target cargo build --release';
    const text = `FROM rust:1.90\nWORKDIR /app\nCOPY . .\nRUN ${run}\nCMD ["./target/release/shop"]\n`;
    expect(rewritten(text)).toMatch(/^refused/);
    const copied = text
      .replace('--release\n', '--release && cp target/release/shop /shop\n')
      .replace('./target/release', '');
    expect(rewritten(copied)).toContain('COPY --from=build /shop /shop\n');
  });

  it('installs the library of a well-known crate', () => {
    const manifest = '[package]\nname = "shop"\n[dependencies]\ndiesel = { version = "2", features = ["postgres"] }\n';
    const text =
      'FROM rust:1.90-bookworm\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD ["target/release/shop"]\n';
    expect(runStage(rewritten(text, { 'Cargo.toml': manifest }))).toMatch(/FROM debian:bookworm-slim\n.*libpq5/s);
  });
});

describe('Java', () => {
  const maven = (tag: string, start: string): string =>
    `FROM maven:${tag}\nWORKDIR /app\nCOPY . .\nRUN mvn -q package\nCMD ${start}\n`;

  it.each([
    ['3.9-eclipse-temurin-21', 'eclipse-temurin:21-jre'],
    ['3.9-eclipse-temurin-17-alpine', 'eclipse-temurin:17-jre-alpine'],
    ['3-jdk-8', 'eclipse-temurin:8-jre'],
    ['3.9-amazoncorretto-11', 'eclipse-temurin:11-jre'],
  ])('maven:%s', (tag, base) => {
    const text = runStage(rewritten(maven(tag, '["java", "-jar", "target/shop.jar"]')));
    expect(text).toContain(`FROM ${base}\n`);
    expect(text).toContain('COPY --from=build /app/target/shop.jar ./target/shop.jar\n');
  });

  it('names the archive that a pattern means, by the project', () => {
    const pom =
      '<project><parent><version>9</version></parent><artifactId>shop</artifactId><version>1.2</version></project>';
    const text = rewritten(maven('3.9-eclipse-temurin-21', 'java $OPTIONS -jar target/*.jar'), { 'pom.xml': pom });
    expect(text).toContain('COPY --from=build /app/target/shop-1.2.jar ./target/shop-1.2.jar\n');
    expect(text).toContain('CMD java $OPTIONS -jar /app/target/shop-1.2.jar\n');
    expect(rewritten(maven('3.9-eclipse-temurin-21', 'java -jar target/*.jar'))).toBe('refused: result');
  });

  it('takes along the folder of libraries', () => {
    const pom =
      '<project><build><plugins><plugin><classpathPrefix>lib/</classpathPrefix></plugin></plugins></build></project>';
    const text = rewritten(maven('3.9-eclipse-temurin-21', '["java", "-jar", "target/shop.jar"]'), { 'pom.xml': pom });
    expect(text).toContain('COPY --from=build /app/target/lib ./target/lib\n');
  });

  it('does the same for Gradle, archives and distributions', () => {
    const head = 'FROM gradle:8.14-jdk21\nWORKDIR /app\nCOPY . .\n';
    expect(runStage(rewritten(`${head}RUN gradle bootJar\nCMD ["java", "-jar", "build/libs/shop.jar"]\n`))).toContain(
      'COPY --from=build /app/build/libs/shop.jar ./build/libs/shop.jar\n',
    );
    expect(runStage(rewritten(`${head}RUN gradle installDist\nCMD ["build/install/shop/bin/shop"]\n`))).toContain(
      'COPY --from=build /app/build/install/shop ./build/install/shop\n',
    );
  });

  it('leaves out the user that only the image of the build has', () => {
    const text = rewritten(
      'FROM gradle:8.14-jdk21\nWORKDIR /app\nCOPY --chown=gradle . .\nUSER gradle\nRUN gradle bootJar\nCMD ["java", "-jar", "build/libs/shop.jar"]\n',
    );
    expect(runStage(text)).not.toContain('gradle');
    expect(runStage(text)).toContain('USER app\n');
  });

  it('refuses what builds when it starts, and a Java that nobody knows', () => {
    expect(rewritten(maven('3.9-eclipse-temurin-21', '["mvn", "spring-boot:run"]'))).toBe('refused: startsBuild');
    expect(rewritten(maven('3.9', '["java", "-jar", "target/shop.jar"]'))).toBe('refused: base');
  });
});

describe('Node.js', () => {
  const app = (tag: string, steps: string, start = '["node", "dist/server.js"]'): string =>
    `FROM node:${tag}\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n${steps}CMD ${start}\n`;

  it.each([
    ['24.4', '24.4-slim'],
    ['22-bookworm', '22-bookworm-slim'],
    ['20', '20-slim'],
    ['latest', 'slim'],
  ])('node:%s', (tag, slim) => {
    expect(runStage(rewritten(app(tag, 'RUN npm run build\n')))).toMatch(`FROM node:${slim}\n`);
  });

  it('is precise where the context tells, and takes the whole folder where not', () => {
    const around = {
      'package.json': '{"scripts":{"start":"node dist/server.js"}}',
      'src/a.ts': '',
      'views/a.html': '',
      'jest.config.js': '',
    };
    expect(runStage(rewritten(app('24.4', 'RUN npm run build\n', '["npm", "start"]'), around))).toBe(
      lines(`
        FROM node:24.4-slim
        WORKDIR /app
        COPY --from=build /app/package.json ./
        COPY --from=build /app/views ./views
        COPY --from=build /app/node_modules ./node_modules
        COPY --from=build /app/dist ./dist
        USER node
        CMD ["npm", "start"]
      `),
    );
    expect(runStage(rewritten(app('24.4', 'RUN npm run build\n')))).toContain('COPY --from=build /app ./\n');
  });

  it('leaves out development packages with the tool that brought them', () => {
    expect(rewritten(app('24.4', 'RUN npm run build\n'))).toContain('RUN npm prune --omit=dev\n');
    const yarn = app('24.4', 'RUN yarn build\n').replace('npm ci', 'yarn install --frozen-lockfile');
    expect(rewritten(yarn)).toContain('RUN yarn install --production --ignore-scripts --prefer-offline\n');
    expect(rewritten(yarn.replace('--frozen-lockfile', '--immutable'))).not.toContain('--production');
    expect(rewritten(app('24.4', 'RUN npm run build && npm prune --omit=dev\n')).match(/prune/g)).toHaveLength(1);
  });

  it('takes only the modules where nothing is built', () => {
    const text = rewritten(
      app('24.4', '', '["node", "server.js"]').replace(
        'RUN npm ci',
        'RUN apt-get update && apt-get install -y g++ make && npm ci',
      ),
    );
    expect(runStage(text)).toContain('COPY --from=build /app/node_modules ./node_modules\nCOPY . .\n');
  });

  it('takes of a Next.js project what next start reads', () => {
    const around = {
      'package.json': '{"scripts":{"start":"next start"}}',
      'next.config.js': '',
      'pages/index.js': '',
      'public/a.svg': '',
    };
    const text = runStage(rewritten(app('24.4', 'RUN npm run build\n', '["npm", "start"]'), around));
    expect(text.match(/COPY .*/g)).toEqual([
      'COPY --from=build /app/next.config.js ./',
      'COPY --from=build /app/package.json ./',
      'COPY --from=build /app/public ./public',
      'COPY --from=build /app/node_modules ./node_modules',
      'COPY --from=build /app/.next ./.next',
    ]);
  });

  it('looks past a program that only passes signals on, and keeps it', () => {
    const text = runStage(
      rewritten(
        'FROM node:24.4\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nENTRYPOINT ["tini", "--"]\nCMD ["node", "dist/a.js"]\n',
      ),
    );
    expect(text).toMatch(/FROM node:24\.4-slim\nRUN apt-get update && apt-get install -y tini\n/);
  });

  it('refuses scripts that nobody can read or that build', () => {
    expect(rewritten(app('24.4', 'RUN npm run build\n', '["npm", "start"]'))).toBe('refused: script');
    const builds = { 'package.json': '{"scripts":{"start":"webpack serve"}}' };
    expect(rewritten(app('24.4', 'RUN npm run build\n', '["npm", "start"]'), builds)).toBe('refused: startsBuild');
    expect(rewritten(app('24.4', 'RUN npm run build\n', '["ts-node", "src/server.ts"]'))).toBe('refused: startsBuild');
  });

  it.each([
    ['["serve", "-s", "dist", "-l", "4000"]', 'listen 4000;', '/app/dist'],
    ['["http-server", "build", "-p", "9000"]', 'listen 9000;', '/app/build'],
    ['serve -s build', 'listen 3000;', '/app/build'],
  ])('hands a front end to a web server: %s', (start, listens, folder) => {
    const text = runStage(rewritten(app('24.4', 'RUN npm run build\nRUN npm i -g serve http-server\n', start)));
    expect(text).toMatch(/^FROM nginxinc\/nginx-unprivileged:/);
    expect(text).toContain(listens);
    expect(text).toContain(`COPY --from=build ${folder} /usr/share/nginx/html\n`);
    expect(text).not.toMatch(/CMD|npm/);
  });
});

describe('Python', () => {
  const tools = 'RUN apt-get update && apt-get install -y gcc libpq-dev\n';

  it('puts the packages into a virtual environment', () => {
    expect(
      rewritten(
        `FROM python:3.13-slim\n${tools}WORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["gunicorn", "shop:app"]\n`,
      ),
    ).toBe(
      lines(`
        FROM python:3.13-slim AS base

        FROM base AS build
        RUN apt-get update && apt-get install -y gcc libpq-dev
        WORKDIR /app
        COPY requirements.txt .
        RUN python -m venv /opt/venv
        ENV PATH="/opt/venv/bin:$PATH"
        RUN pip install -r requirements.txt

        FROM base
        ENV PATH="/opt/venv/bin:$PATH"
        RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
        WORKDIR /app
        COPY --from=build /opt/venv /opt/venv
        COPY . .
        RUN useradd --system --create-home app
        USER app
        CMD ["gunicorn", "shop:app"]
      `),
    );
  });

  it('uses the environment that the file makes', () => {
    const text = rewritten(
      `FROM python:3.13-slim\n${tools}RUN python -m venv /venv\nENV PATH=/venv/bin:$PATH\nRUN pip install flask\nCMD ["flask", "run"]\n`,
    );
    expect(runStage(text)).toContain('COPY --from=build /venv /venv\n');
    expect(text).not.toContain('/opt/venv');
  });

  it('keeps what runs on the packages in the run stage', () => {
    const text = rewritten(
      `FROM python:3.13-slim\n${tools}WORKDIR /app\nCOPY . .\nRUN pip install django\nRUN python manage.py collectstatic --noinput\nCMD ["gunicorn", "shop.wsgi"]\n`,
    );
    expect(runStage(text)).toContain('RUN python manage.py collectstatic --noinput\n');
  });

  it('tells Poetry which environment is meant', () => {
    const text = rewritten(
      `FROM python:3.13-slim\n${tools}ENV POETRY_VIRTUALENVS_CREATE=false\nWORKDIR /app\nCOPY . .\nRUN pip install poetry && poetry install --only main\nCMD ["python", "a.py"]\n`,
    );
    expect(text).toContain('ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\n');
  });

  it('repeats files that are written in the Dockerfile itself', () => {
    const text = `FROM python:3.13-slim\n${tools}COPY <<EOF /etc/shop.toml\nport = 80\nEOF\nRUN pip install flask\nCMD ["flask", "run"]\n`;
    expect(runStage(rewritten(text))).toContain('COPY <<EOF /etc/shop.toml\nport = 80\nEOF\n');
  });

  it('refuses a path into the packages of the image', () => {
    const text = `FROM python:3.13-slim\n${tools}RUN pip install shop\nCOPY a.py /usr/local/lib/python3.13/site-packages/shop/\nCMD ["shop"]\n`;
    expect(rewritten(text)).toBe('refused: step');
  });

  it('ships folders that the build makes in those of the program', () => {
    const text = `FROM python:3.13-slim\n${tools}WORKDIR /app\nCOPY . .\nRUN mkdir -p /app/cache && pip install flask\nCMD ["flask", "run"]\n`;
    expect(runStage(rewritten(text))).toContain('COPY --from=build /app ./\n');
  });

  it('adds libraries of the full image that packages link to', () => {
    const text =
      'FROM python:3.13-bookworm\nRUN apt-get install -y git\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "a.py"]\n';
    expect(runStage(rewritten(text, { 'requirements.txt': 'psycopg2==2.9\nflask\n' }))).toMatch(
      /python:3.13-slim-bookworm\n.*libpq5/s,
    );
    expect(rewritten(text, { 'requirements.txt': 'pycurl==7\n' })).toBe('refused: packages');
    expect(rewritten(text)).toBe('refused: packages');
  });

  it.each([
    ['pip install --user flask', 'CMD ["flask", "run"]', 'step'],
    ['pip install --target /libs flask', 'CMD ["python", "a.py"]', 'step'],
    ['pip install poetry && poetry install', 'CMD ["python", "a.py"]', 'step'],
    ['pip install poetry && poetry install', 'CMD ["poetry", "run", "shop"]', 'startsBuild'],
    ['pip install flask && echo x > /var/lib/shop', 'CMD ["flask", "run"]', 'step'],
    ['pip install flask && useradd shop', 'CMD ["flask", "run"]', 'step'],
    ['pip install flask', 'CMD ["/usr/local/bin/flask", "run"]', 'step'],
    ['pip install flask', '', 'start'],
  ])('refuses %s, %s', (run, start, reason) => {
    expect(rewritten(`FROM python:3.13-slim\n${tools}WORKDIR /app\nCOPY . .\nRUN ${run}\n${start}\n`)).toBe(
      `refused: ${reason}`,
    );
  });
});

describe('.NET', () => {
  const head =
    'WORKDIR /src\nCOPY . .\nRUN dotnet publish -c Release -o /app\nWORKDIR /app\nENTRYPOINT ["dotnet", "Shop.dll"]\n';

  it.each([
    ['8.0', 'aspnet:8.0', undefined],
    ['9.0-alpine', 'aspnet:9.0-alpine', undefined],
    ['8.0.401', 'aspnet:8.0', undefined],
    ['8.0', 'runtime:8.0', '<Project Sdk="Microsoft.NET.Sdk">'],
    ['8.0', 'aspnet:8.0', '<Project Sdk="Microsoft.NET.Sdk.Web">'],
  ])('sdk:%s is run on %s', (tag, base, project) => {
    const text = rewritten(
      `FROM mcr.microsoft.com/dotnet/sdk:${tag}\n${head}`,
      project === undefined ? undefined : { 'Shop.csproj': project },
    );
    expect(runStage(text)).toContain(`FROM mcr.microsoft.com/dotnet/${base}\nCOPY --from=build /app /app\n`);
    expect(text).toMatch(/USER \w+\nENTRYPOINT/);
  });

  it('refuses dotnet run, and an image of a digest', () => {
    const runs = head.replace('"Shop.dll"', '"run"');
    expect(rewritten(`FROM mcr.microsoft.com/dotnet/sdk:8.0\n${runs}`)).toBe('refused: startsBuild');
    expect(rewritten(`FROM mcr.microsoft.com/dotnet/sdk:8.0@sha256:${'a'.repeat(64)}\n${head}`)).toBe('refused: base');
  });
});

describe('PHP and Ruby', () => {
  it('takes extensions with their settings, and vendor on top of the sources', () => {
    const text =
      'FROM php:8.3-apache-bookworm\nRUN apt-get update && apt-get install -y libpng-dev unzip && docker-php-ext-install gd && a2enmod rewrite\nCOPY --from=composer:2 /usr/bin/composer /usr/bin/\nCOPY . .\nRUN composer install --no-dev && chown -R www-data:www-data storage\n';
    expect(runStage(rewritten(text))).toBe(
      lines(`
        FROM base
        RUN apt-get update && apt-get install -y --no-install-recommends libpng16-16 && rm -rf /var/lib/apt/lists/*
        COPY --from=build /usr/local/lib/php/extensions /usr/local/lib/php/extensions
        COPY --from=build /usr/local/etc/php/conf.d /usr/local/etc/php/conf.d
        COPY . .
        COPY --from=build /var/www/html/vendor ./vendor
        RUN a2enmod rewrite
        RUN chown -R www-data:www-data /var/www/html/storage
      `),
    );
  });

  it('leaves the settings of PHP itself where they are', () => {
    const text =
      'FROM php:8.3-fpm-alpine\nRUN apk add --no-cache icu-dev && docker-php-ext-install intl\nRUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"\nCOPY . .\n';
    expect(runStage(rewritten(text))).toContain('RUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"\n');
    expect(
      rewritten(text.replace('RUN docker', 'RUN true').replace('&& docker', '&& echo x > /var/lib/x && docker')),
    ).toBe('refused: step');
  });

  it('repeats what other images and addresses bring', () => {
    const text =
      'FROM php:8.3-cli-alpine\nCOPY --from=ghcr.io/roadrunner-server/roadrunner:2025.1.15 /usr/bin/rr /usr/local/bin/rr\nADD https://example.com/a.php /srv/a.php\nRUN apk add --no-cache icu-dev && docker-php-ext-install intl\nCMD ["rr", "serve"]\n';
    const run = runStage(rewritten(text));
    expect(run).toContain('/usr/bin/rr /usr/local/bin/rr\n');
    expect(run).toContain('ADD https://example.com/a.php /srv/a.php\n');
  });

  it('takes the gems', () => {
    const text =
      'FROM ruby:3.4-alpine\nRUN apk add --no-cache build-base postgresql-dev\nWORKDIR /app\nCOPY Gemfile* ./\nRUN bundle install\nCOPY . .\nUSER 10001\nCMD ["bundle", "exec", "puma"]\n';
    expect(runStage(rewritten(text))).toContain(
      'RUN apk add --no-cache libpq\nWORKDIR /app\nCOPY --from=build /usr/local/bundle /usr/local/bundle\n',
    );
    expect(rewritten(text.replace('RUN bundle', 'RUN bundle config set path vendor && bundle'))).toBe('refused: step');
  });

  it('takes the whole application where the front end is built in it', () => {
    const text =
      'FROM ruby:3.4-slim\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /app\nCOPY . .\nRUN bundle install && bundle exec rails assets:precompile\nUSER 10001\nCMD ["bundle", "exec", "puma"]\n';
    expect(runStage(rewritten(text))).toContain('COPY --from=build /app ./\n');
  });
});

describe('C', () => {
  it.each([
    ['gcc:13', 'gcc -o shop shop.c', 'debian:trixie-slim'],
    ['gcc:12', 'gcc -o shop shop.c', 'debian:bookworm-slim'],
    ['gcc:15', 'gcc -static -o shop shop.c', 'gcr.io/distroless/static-debian13:nonroot'],
    ['debian:12', 'apt-get install -y gcc libssl-dev && gcc -o shop shop.c -lssl', 'debian:12-slim'],
    ['alpine:3.22', 'apk add gcc musl-dev && gcc -o shop shop.c', 'base'],
  ])('%s, %s', (from, run, base) => {
    expect(runStage(rewritten(`FROM ${from}\nWORKDIR /app\nCOPY . .\nRUN ${run}\nCMD ["./shop"]\n`))).toMatch(
      `FROM ${base}\n`,
    );
  });

  it('refuses a library of C++ that no release has yet, and make install', () => {
    expect(rewritten('FROM gcc:16\nCOPY . /src\nRUN cd /src && g++ -o /shop shop.cpp\nCMD ["/shop"]\n')).toBe(
      'refused: base',
    );
    expect(rewritten('FROM debian:12\nCOPY . /src\nRUN cd /src && make install\nCMD ["shop"]\n')).toBe(
      'refused: result',
    );
  });
});

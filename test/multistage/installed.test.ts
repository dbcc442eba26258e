import { describe, expect, it } from 'vitest';
import { lines, rewritten, runStage } from './rewritten.js';

/** Programs that `make install` and the like put below a folder. */

const build = (steps: string, start = 'CMD ["shop"]', from = 'debian:12'): string =>
  `FROM ${from}\nRUN apt-get update && apt-get install -y gcc make libc6-dev\nCOPY . /src\nRUN cd /src && ${steps}\n${start}\n`;

describe('the folder ships whole', () => {
  it('with the libraries that it is linked to and the cache of libraries', () => {
    const text = `
      FROM debian:12
      RUN apt-get update && apt-get install -y build-essential curl libpng-dev tini
      RUN curl -sL https://example.com/shop-1.2.tar.gz | tar xz -C /usr/src \\
          && cd /usr/src/shop-1.2 \\
          && ./configure --without-docs && make -j4 && make install \\
          && rm -rf /usr/src/*
      COPY shop.conf /etc/shop.conf
      ENTRYPOINT ["tini", "--", "shop"]
    `;
    expect(runStage(rewritten(lines(text)))).toBe(
      lines(`
      FROM debian:12-slim
      RUN apt-get update && apt-get install -y --no-install-recommends libpng16-16 tini && rm -rf /var/lib/apt/lists/*
      COPY --from=build /usr/local /usr/local
      RUN ldconfig
      COPY shop.conf /etc/shop.conf
      RUN useradd --system --create-home app
      USER app
      ENTRYPOINT ["tini", "--", "shop"]
      `),
    );
  });

  it.each([
    ['./configure && make && make install', '/usr/local'],
    ['./configure --prefix=/opt/shop && make install', '/opt/shop'],
    ['./configure --prefix /opt/shop --sysconfdir=/opt/shop/etc && make install-strip', '/opt/shop'],
    ['cmake -S . -B out -DCMAKE_INSTALL_PREFIX=/opt/shop && cmake --build out && cmake --install out', '/opt/shop'],
    ['cmake -S . -B out && cmake --build out --target install', '/usr/local'],
    ['cmake --build out && cmake --install out --prefix /opt/shop', '/opt/shop'],
    ['cmake -G Ninja . && ninja install', '/usr/local'],
    ['meson setup out --prefix=/opt/shop && meson install -C out', '/opt/shop'],
    ['make && make PREFIX=/opt/shop install', '/opt/shop'],
    ['make install prefix=/shop', '/shop'],
  ])('%s', (steps, folder) => {
    expect(runStage(rewritten(build(steps)))).toContain(`\nCOPY --from=build ${folder} ${folder}\n`);
  });

  it('where what is started lies in it', () => {
    expect(runStage(rewritten(build('make && make install', 'CMD ["/usr/local/bin/shop"]')))).toContain(
      '\nCOPY --from=build /usr/local /usr/local\n',
    );
  });

  it('with the library of C++ on Alpine', () => {
    const text =
      'FROM alpine:3.22\nRUN apk add g++ make\nCOPY . /src\nRUN make -C /src PREFIX=/opt/shop install\nCMD ["/opt/shop/shop"]\n';
    expect(runStage(rewritten(text))).toContain(
      '\nRUN apk add --no-cache libstdc++\nCOPY --from=build /opt/shop /opt/shop\n',
    );
  });

  it('for an image that others are built on, with the user that they had', () => {
    expect(runStage(rewritten(build('./configure && make install', 'EXPOSE 80')))).toBe(
      'FROM debian:12-slim\nCOPY --from=build /usr/local /usr/local\nRUN ldconfig\nEXPOSE 80\n',
    );
  });

  it('without what serves the build: sources, patches, variables with its packages', () => {
    const text = `
      FROM debian:12
      ENV BUILD_DEPS "gcc make"
      COPY fix.patch /fix.patch
      COPY shop.conf /etc/shop.conf
      RUN apt-get update && apt-get install -y $BUILD_DEPS && cd /usr/src && curl -sL https://example.com/shop.tar.gz | tar xz \\
          && patch -p1 < /fix.patch && ./configure && make install && apt-get purge -y $BUILD_DEPS && rm /fix.patch
      CMD ["shop"]
    `;
    const stage = runStage(rewritten(lines(text)));
    expect(stage).toContain('COPY shop.conf /etc/shop.conf\n');
    expect(stage).not.toMatch(/patch|BUILD_DEPS|src/);
  });
});

describe('refuses', () => {
  it.each([
    ['a folder of the system', './configure --prefix=/usr && make install', 'result'],
    ['a folder that only the Makefile knows', 'make && make install', 'result'],
    ['settings outside of the folder', './configure --sysconfdir=/etc && make install', 'result'],
    ['a folder for packaging', './configure && make DESTDIR=/out install', 'result'],
    ['a module of another program', './configure --with-apxs2 && make install', 'result'],
    ['data that a step puts elsewhere', './configure && make install && cp -r data /var/lib/shop', 'step'],
    ['an account in the midst of it', './configure && make install && useradd shop', 'step'],
  ])('%s', (_, steps, reason) => {
    expect(rewritten(build(steps))).toBe(`refused: ${reason}`);
  });

  it.each([
    ['what is started from the sources', 'CMD ["/src/shop"]', 'debian:12', 'result'],
    ['a script that nobody can read', 'CMD ["/usr/local/bin/docker-entrypoint.sh"]', 'debian:12', 'script'],
    ['make as the program', 'CMD ["make", "run"]', 'debian:12', 'startsBuild'],
    ['a base image with things of its own in the folder', 'CMD ["shop"]', 'gcc:14', 'result'],
  ])('%s', (_, start, from, reason) => {
    expect(rewritten(build('./configure && make install', start, from))).toBe(`refused: ${reason}`);
  });

  it('packages that only a variable names', () => {
    const text = build('./configure && make install').replace('gcc make', '$TOOLS make');
    expect(rewritten(text)).toBe('refused: packages');
  });
});

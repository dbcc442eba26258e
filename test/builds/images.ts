import { spawnSync } from 'node:child_process';
import { docker } from './harness.js';

/**
 * Images that the fixes name and the engine of the tests does not have, made of the Debian 12 packages that it does
 * have. They are stand-ins under the real names: as small and as empty as the real ones where that is what is tested.
 */
export function makeImages(): void {
  for (const tag of ['trixie', 'trixie-slim', '13', '13-slim']) alias('debian:bookworm-slim', `debian:${tag}`);
  // Distroless images have no shell: these hold what the real ones do, and nothing else.
  for (const { name, files } of DISTROLESS)
    for (const release of ['12', '13']) {
      const image = `gcr.io/distroless/${name}-debian${release}:nonroot`;
      if (!isMade(image)) make(image, distroless(files));
    }
  const asRoot = 'gcr.io/distroless/static-debian12';
  if (!isMade(asRoot)) make(asRoot, `FROM ${asRoot}:nonroot\nUSER 0\nWORKDIR /`);
  if (!has('nginxinc/nginx-unprivileged:1.30-alpine')) make('nginxinc/nginx-unprivileged:1.30-alpine', NGINX);
  for (const { image, accounts } of BUSYBOXES) if (!has(image)) make(image, busybox(accounts));
  // The official image keeps gems in a folder of its own.
  if (has('ruby:3.4-slim') && !isMade('ruby:3.4-slim')) make('ruby:3.4-slim', RUBY);
}

const MARK = 'seaworthy.stand-in';

function isMade(image: string): boolean {
  const { status, stdout } = spawnSync(
    'docker',
    ['image', 'inspect', '--format', `{{index .Config.Labels "${MARK}"}}`, image],
    { encoding: 'utf8' },
  );
  return status === 0 && stdout.trim() === 'yes';
}

function has(image: string): boolean {
  return spawnSync('docker', ['image', 'inspect', image]).status === 0;
}

function alias(from: string, to: string): void {
  if (!has(to)) docker(['tag', from, to]);
}

function make(image: string, dockerfile: string): void {
  docker(['build', '--quiet', '--network', 'host', '--tag', image, '-'], `${dockerfile}\nLABEL ${MARK}=yes\n`);
}

const LIBC =
  '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/libm.so.6 /lib/x86_64-linux-gnu/libpthread.so.0 /lib/x86_64-linux-gnu/libdl.so.2 /lib/x86_64-linux-gnu/libresolv.so.2';

const DISTROLESS = [
  { name: 'static', files: '' },
  { name: 'base', files: LIBC },
  { name: 'cc', files: `${LIBC} /lib/x86_64-linux-gnu/libgcc_s.so.1 /usr/lib/x86_64-linux-gnu/libstdc++.so.6` },
];

function distroless(files: string): string {
  const copied =
    files === ''
      ? 'true'
      : `mkdir -p /root-of/lib64 && cp --parents -L ${files} /root-of && ln -s /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 /root-of/lib64/`;
  return `FROM debian:bookworm-slim AS files
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tzdata libstdc++6
RUN mkdir -p /root-of/etc/ssl/certs /root-of/tmp /root-of/home/nonroot && chmod 1777 /root-of/tmp \\
    && echo 'root:x:0:0:root:/root:/sbin/nologin' > /root-of/etc/passwd \\
    && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >> /root-of/etc/passwd \\
    && cp -L /etc/ssl/certs/ca-certificates.crt /root-of/etc/ssl/certs/ && ${copied}
FROM scratch
COPY --from=files /root-of /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532
WORKDIR /home/nonroot`;
}

const NGINX = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/* \\
    && rm -rf /etc/nginx/sites-enabled && mkdir -p /usr/share/nginx/html \\
    && printf 'pid /tmp/nginx.pid;\\nevents {}\\nhttp { include mime.types; access_log off; error_log /dev/stderr;\\nclient_body_temp_path /tmp/c; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;\\ninclude conf.d/*.conf; }\\n' > /etc/nginx/nginx.conf
USER 101
CMD ["nginx", "-e", "/dev/stderr", "-g", "daemon off;"]`;

const RUBY = `FROM ruby:3.4-slim
ENV GEM_HOME=/usr/local/bundle BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_APP_CONFIG=/usr/local/bundle PATH=/usr/local/bundle/bin:$PATH
RUN mkdir -p "$GEM_HOME" && chmod 1777 "$GEM_HOME"`;

/** With the accounts of the real ones that a program could want. */
const BUSYBOXES = [
  {
    image: 'busybox:1.37',
    accounts: [
      'root:x:0:0:root:/root:/bin/sh',
      'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
      'www-data:x:33:33:www-data:/var/www:/bin/false',
      'nobody:x:65534:65534:nobody:/home:/bin/false',
    ],
  },
  {
    image: 'alpine:3.22',
    accounts: [
      'root:x:0:0:root:/root:/bin/sh',
      'daemon:x:2:2:daemon:/sbin:/sbin/nologin',
      'nobody:x:65534:65534:nobody:/:/sbin/nologin',
    ],
  },
];

/** BusyBox of the same release with all that it can do: Debian's own makes no accounts. Alpine's stand-in has no apk. */
function busybox(accounts: readonly string[]): string {
  return `FROM gcc:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends bzip2 \\
    && sed 's/^Types:.*/Types: deb-src/; s/^Suites:.*/Suites: trixie/' /etc/apt/sources.list.d/0000main.sources | sed '/^$/,$d' > /etc/apt/sources.list.d/trixie.sources \\
    && apt-get update
WORKDIR /src
RUN apt-get source --only-source --download-only busybox && tar -xjf busybox_1.37.*.orig.tar.bz2 --strip-components 1
RUN make defconfig > /dev/null && sed -i 's/.*CONFIG_STATIC[ =].*/CONFIG_STATIC=y/; s/^CONFIG_TC=y/CONFIG_TC=n/' .config && make -j2 > /dev/null
FROM gcc:12 AS files
COPY --from=build /src/busybox /root-of/bin/busybox
RUN cd /root-of && mkdir -p dev etc home root tmp usr/bin usr/sbin sbin var/spool/mail && chmod 1777 tmp && chmod 700 root \\
    && for it in $(bin/busybox --list); do [ -e bin/$it ] || ln -s /bin/busybox bin/$it; done \\
    && printf '%s\\n' ${accounts.map((it) => `'${it}'`).join(' ')} > etc/passwd \\
    && sed 's/^\\([^:]*:x:\\)[^:]*:\\([^:]*:\\).*/\\1\\2/' etc/passwd > etc/group \\
    && sed 's/:.*/:*::0:::::/' etc/passwd > etc/shadow && chmod 640 etc/shadow
FROM scratch
COPY --from=files /root-of /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["sh"]`;
}

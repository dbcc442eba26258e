import { officialName } from './official.js';
import type { ImageReference } from './reference.js';

/** Which tools an image has to make an account: `useradd`, or the `adduser` of BusyBox. */
export type AccountTools = 'shadow' | 'busybox';

/**
 * The account tools of an image whose distribution its name tells; undefined: it has none, or nobody has looked, as in
 * images that come without shadow-utils (Amazon Linux, the minimal ones of the Red Hat family).
 */
export function accountToolsOf(image: ImageReference): AccountTools | undefined {
  const tag = image.tag?.value ?? '';
  const name = officialName(image);
  if (name !== undefined && BUSYBOX.has(name)) return 'busybox';
  if (name !== undefined && SYSTEMS.has(name)) return /minimal|micro|slim/.test(tag) ? undefined : 'shadow';
  if (image.unknown.has('tag')) return name !== undefined && DEBIAN.has(name) ? 'shadow' : undefined;
  if (/(?:^|-)alpine/.test(tag)) return 'busybox';
  if (name !== undefined) return officialTools(name, tag);
  return PUBLISHED.find(({ image: pattern, tag: tags }) => pattern.test(image.name) && tags.test(tag)) && 'shadow';
}

function officialTools(name: string, tag: string): AccountTools | undefined {
  if (DEBIAN.has(name)) return 'shadow';
  if (OTHER_SYSTEM.test(tag)) return undefined;
  if (name !== 'openjdk') return ON_DEBIAN.has(name) ? 'shadow' : undefined;
  // From Java 12 on the plain tags are Oracle Linux, in its slim form.
  const codename = /bookworm|bullseye|buster|stretch/.test(tag);
  return codename || Number.parseInt(tag, 10) < 12 ? 'shadow' : undefined;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Also those built on Alpine under every tag. */
const BUSYBOX = names('alpine busybox bash caddy composer docker registry traefik');
const DEBIAN = names('debian ubuntu buildpack-deps');
/** Whole distributions with shadow-utils. */
const SYSTEMS = names('almalinux archlinux centos fedora oraclelinux rockylinux');

/** Built on Debian or Ubuntu, unless the tag names another system. */
const ON_DEBIAN = names(
  'clojure dart eclipse-temurin elixir erlang gcc golang gradle groovy haskell haxe hylang ibm-semeru-runtimes jruby julia maven ' +
    'mono node perl php pypy python r-base rakudo-star ros ruby rust sapmachine swift swipl tomcat tomee',
);
const OTHER_SYSTEM =
  /ubi|corretto|azul|zulu|oracle|(?:^|-)ol\d|amazonlinux|(?:^|-)al\d|rocky|fedora|centos|windows|nano/;

/** Images of known publishers that are built on Debian, Ubuntu or a whole Red Hat system. */
const PUBLISHED: readonly { readonly image: RegExp; readonly tag: RegExp }[] = [
  {
    image: /^mcr\.microsoft\.com\/dotnet\/(?:core\/)?(?:aspnet|runtime|runtime-deps|sdk)$/,
    tag: /^(?!.*(?:chiseled|distroless|azurelinux|mariner|nano|windows))/,
  },
  { image: /^nvidia\/cuda$|^nvcr\.io\/nvidia\/cuda$/, tag: /ubuntu|rockylinux/ },
  { image: /^(?:pytorch\/pytorch|tensorflow\/tensorflow|continuumio\/(?:ana|mini)conda3|bitnami\/minideb)$/, tag: /^/ },
  { image: /^registry\.access\.redhat\.com\/ubi\d+(?:\/ubi)?$/, tag: /^/ },
];

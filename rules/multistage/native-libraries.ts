import type { RunBase } from './plan.js';

/** What packages of a language link to when they are built on the spot, by package of Debian and of Alpine. */
interface Native {
  readonly name: RegExp;
  readonly apt: string;
  readonly apk: string;
}

/** The full images of languages bring these libraries, their slim variants do not. */
const PYTHON: readonly Native[] = [
  { name: /^psycopg2$/, apt: 'libpq5', apk: 'libpq' },
  { name: /^mysqlclient$/, apt: 'libmariadb3', apk: 'mariadb-connector-c' },
  { name: /^python-magic$/, apt: 'libmagic1', apk: 'libmagic' },
  { name: /^pyzbar$/, apt: 'libzbar0', apk: 'zbar' },
  { name: /^weasyprint$/, apt: 'libpango-1.0-0 libpangoft2-1.0-0', apk: 'pango' },
];

/** Nobody has looked which libraries these need. */
const UNKNOWN_PYTHON =
  /^(?:python-ldap|pygraphviz|pycairo|pygobject|cairosvg|cairocffi|pycurl|uwsgi|dbus-python|pyodbc|gdal|fiona|rasterio|shapely-.*|m2crypto|pymssql|cx_oracle|opencv-python|opencv-contrib-python|wand|pillow-simd|pyaudio|evdev|pycups|systemd-python|mpi4py|tables|netcdf4|h5py-.*|xmlsec|python3-saml|pykerberos|gssapi|rpm-py|libvirt-python|psycopg2cffi|psycopg\[c\]|spidev|rpi\.gpio|smbus.*)$/;

const RUBY: readonly Native[] = [
  { name: /^pg$/, apt: 'libpq5', apk: 'libpq' },
  { name: /^mysql2$/, apt: 'libmariadb3', apk: 'mariadb-connector-c' },
  { name: /^psych$/, apt: 'libyaml-0-2', apk: 'yaml' },
  { name: /^ruby-vips$/, apt: 'libvips42', apk: 'vips' },
  { name: /^(?:sqlite3)$/, apt: 'libsqlite3-0', apk: 'sqlite-libs' },
  { name: /^(?:rbnacl)$/, apt: 'libsodium23', apk: 'libsodium' },
];
const UNKNOWN_RUBY =
  /^(?:rmagick|charlock_holmes|curb|typhoeus|ruby-oci8|tiny_tds|rugged|ruby-filemagic|unf_ext-.*|libv8.*|mini_racer-.*|snappy|rdkafka|hiredis-.*|capybara-webkit|gpgme|ruby-ldap|cairo|poppler|taglib-ruby)$/;

export interface NativeNeeds {
  readonly packages: readonly string[];
  /** Packages of the language whose libraries are not known. */
  readonly unknown: readonly string[];
}

/** What the packages of a project need of the system when it runs. */
export function nativeNeeds(
  language: 'python' | 'ruby',
  names: readonly string[],
  { packages }: Pick<RunBase, 'packages'>,
): NativeNeeds {
  const table = language === 'python' ? PYTHON : RUBY;
  const unknown = language === 'python' ? UNKNOWN_PYTHON : UNKNOWN_RUBY;
  const found = table.filter((it) => names.some((name) => it.name.test(name)));
  return {
    packages: found.flatMap((it) => (packages === 'apk' ? it.apk : it.apt).split(' ')),
    unknown: names.filter((it) => unknown.test(it)),
  };
}

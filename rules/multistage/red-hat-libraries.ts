/** Which package of Red Hat and Fedora brings at run time what a package of headers is for. */
const RPM: Readonly<Record<string, string>> = {
  'openssl-devel': 'openssl-libs',
  'zlib-devel': 'zlib',
  'libffi-devel': 'libffi',
  'bzip2-devel': 'bzip2-libs',
  'readline-devel': 'readline',
  'sqlite-devel': 'sqlite-libs',
  'ncurses-devel': 'ncurses-libs',
  'libxml2-devel': 'libxml2',
  'libxslt-devel': 'libxslt',
  'libcurl-devel': 'libcurl',
  'libpq-devel': 'libpq',
  'mariadb-connector-c-devel': 'mariadb-connector-c',
  'krb5-devel': 'krb5-libs',
  'pcre-devel': 'pcre',
  'pcre2-devel': 'pcre2',
  'expat-devel': 'expat',
  'xz-devel': 'xz-libs',
  'gmp-devel': 'gmp',
  'libyaml-devel': 'libyaml',
  'libjpeg-turbo-devel': 'libjpeg-turbo',
  'libpng-devel': 'libpng',
  'freetype-devel': 'freetype',
  'libicu-devel': 'libicu',
  'openldap-devel': 'openldap',
  'cyrus-sasl-devel': 'cyrus-sasl-lib',
  'libevent-devel': 'libevent',
  'glibc-devel': '',
};

/** The run-time packages for one of headers; undefined where they are not known. */
export function redHatRuntimePackages(name: string): readonly string[] | undefined {
  return Object.hasOwn(RPM, name) ? RPM[name]?.split(' ').filter(Boolean) : undefined;
}

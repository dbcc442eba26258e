from setuptools import Extension, setup

setup(name="crc", version="1.0", ext_modules=[Extension("crc", ["crc.c"], libraries=["z"])])

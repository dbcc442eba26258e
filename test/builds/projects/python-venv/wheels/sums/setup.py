from setuptools import setup

setup(name="sums", version="1.0", py_modules=["sums"])

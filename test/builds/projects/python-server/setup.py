from setuptools import setup

setup(name="shop", version="1.0", py_modules=["shop"], entry_points={"console_scripts": ["shop-server=shop:main"]})

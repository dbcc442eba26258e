#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <zlib.h>

static PyObject *sum(PyObject *self, PyObject *args) {
  const char *text;
  Py_ssize_t length;
  if (!PyArg_ParseTuple(args, "s#", &text, &length)) return NULL;
  return PyLong_FromUnsignedLong(crc32(0L, (const Bytef *)text, (uInt)length));
}
static PyMethodDef methods[] = {{"sum", sum, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "crc", NULL, -1, methods};
PyMODINIT_FUNC PyInit_crc(void) { return PyModule_Create(&module); }

void banner(const char *file);

"""Forms of the processes: form-js schemas, in folders named like those of processes/. No Python inside."""
